"""An answer of an OpenAI-compatible service: what it streams is what the caller gets."""

import base64
import json
from typing import Any

import pytest

from apps.chat.events import Delta, DeltaKind, Finish, Usage
from apps.chat.providers.base import (
    ProviderError,
    ProviderInterruptedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from apps.chat.providers.openai import OpenAIProvider
from testkit.fakes.model_answers import MARKDOWN
from testkit.fakes.model_server import ModelServer
from tests.chat.providers.asking import ask, question
from tests.chat.providers.conftest import MakeProvider

pytestmark = pytest.mark.storeless


def raw(*chunks: dict[str, Any] | str, end: str = "data: [DONE]\n\n") -> str:
    """Return the instruction that makes the fake service send exactly these chunks."""
    lines = [chunk if isinstance(chunk, str) else f"data: {json.dumps(chunk)}\n\n" for chunk in chunks]
    return f"[[raw={base64.b64encode(''.join([*lines, end]).encode()).decode()}]]"


def chunk(finish: object = None, **delta: object) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


async def test_the_text_is_exactly_what_the_service_sent(provider: OpenAIProvider) -> None:
    answer = await ask(provider, "a  b\n\n你好，世界 <b>&amp;</b> ")
    assert answer.content == "Echo: a  b\n\n你好，世界 <b>&amp;</b> "
    assert answer.finish.reason == "stop"
    assert answer.finish.usage == Usage(prompt_tokens=6, completion_tokens=len(answer.deltas))


@pytest.mark.parametrize("size", [1, 7, 100])
async def test_the_stream_may_arrive_in_pieces_of_any_size(provider: OpenAIProvider, size: int) -> None:
    answer = await ask(provider, f"[[markdown]] [[split={size}]]")
    assert answer.content == MARKDOWN


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_reasoning_is_kept_apart_from_the_answer(provider: OpenAIProvider, field: str) -> None:
    answer = await ask(provider, f"[[reasoning=3]] [[reasoning_field={field}]] [[tokens=2]]")
    assert answer.reasoning == "r1 r2 r3 "
    assert answer.content == "w1 w2 "
    assert [delta.kind for delta in answer.deltas] == [DeltaKind.REASONING] * 3 + [DeltaKind.CONTENT] * 2


@pytest.mark.parametrize("reason", ["length", "content_filter", "something_new"])
async def test_the_finish_reason_is_passed_on_unchanged(provider: OpenAIProvider, reason: str) -> None:
    assert (await ask(provider, f"[[finish={reason}]]")).finish.reason == reason


async def test_characters_that_databases_cannot_store_are_replaced(provider: OpenAIProvider) -> None:
    assert (await ask(provider, "[[nul]]")).content == "before\ufffdafter"
    assert (await ask(provider, "[[surrogate]]")).content == "pair 😀 lone \ufffd end"


async def test_surrogates_of_different_kinds_or_at_the_end_are_not_joined(provider: OpenAIProvider) -> None:
    sent = raw(chunk(reasoning="think \ud83d"), chunk(content="\ude00 say \ud83d"), chunk("stop"))
    answer = await ask(provider, sent)
    assert answer.reasoning == "think \ufffd"
    assert answer.content == "\ufffd say \ufffd"


async def test_invalid_utf_8_is_replaced(provider: OpenAIProvider) -> None:
    body = b'data: {"choices":[{"delta":{"content":"a\xffb"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    answer = await ask(provider, f"[[raw={base64.b64encode(body).decode()}]]")
    assert answer.content == "a\ufffdb"


async def test_long_deltas_are_cut(provider: OpenAIProvider) -> None:
    text = "你😀" * 12_000
    answer = await ask(provider, raw(chunk("stop", content=text)))
    assert [len(delta.text) for delta in answer.deltas] == [10_000, 10_000, 4_000]
    assert answer.content == text


async def test_other_choices_and_unknown_fields_are_ignored(provider: OpenAIProvider) -> None:
    other = {"choices": [{"index": 1, "delta": {"content": "no"}, "finish_reason": "stop"}]}
    tools = {"choices": [{"index": 0, "delta": {"tool_calls": [{"id": 1}], "content": None}}], "x": [1]}
    sent = raw(
        ": comment\n\n", "event: ping\ndata: {}\n\n", other, tools, {"choices": []}, chunk("stop", content="yes")
    )
    assert (await ask(provider, sent)).content == "yes"


async def test_done_without_a_finish_reason_ends_an_answer(provider: OpenAIProvider) -> None:
    answer = await ask(provider, raw(chunk(content="text")))
    assert answer.content == "text"
    assert answer.finish == Finish(None, None)


async def test_done_may_be_missing_after_the_finish_reason(provider: OpenAIProvider) -> None:
    answer = await ask(provider, raw(chunk("stop", content="text"), end=""))
    assert answer.content == "text"
    assert answer.finish.reason == "stop"


async def test_a_whole_completion_instead_of_a_stream_is_read(provider: OpenAIProvider) -> None:
    answer = await ask(provider, "[[no_stream]] [[reasoning=1]] hello")
    assert answer.reasoning == "r1 "
    assert answer.content == "Echo: hello"
    assert answer.finish == Finish("stop", Usage(5, 3))


async def test_a_request_has_the_fields_of_the_prompt(model_server: ModelServer, provider: OpenAIProvider) -> None:
    await ask(provider, question("hi", max_tokens=50, temperature=0.3))
    request = model_server.requests[0]
    assert request.body == {
        "model": "fake-model",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.3,
        "max_tokens": 50,
    }
    assert request.headers["Authorization"] == "Bearer key-of-the-test"


async def test_without_a_key_no_authorization_is_sent(model_server: ModelServer, make_provider: MakeProvider) -> None:
    await ask(make_provider(api_key=""), "hi")
    assert "Authorization" not in model_server.requests[0].headers


# --- Broken streams ---


async def failing(provider: OpenAIProvider, text: str, error: type[ProviderError]) -> str:
    """Return the text before the failure, which must be an `error`."""
    deltas: list[Delta] = []
    with pytest.raises(error):
        await ask(provider, text, into=deltas)
    return "".join(delta.text for delta in deltas)


@pytest.mark.parametrize("break_", ["[[cut=3]]", "[[tokens=3]] [[no_finish]]"])
async def test_a_stream_that_ends_without_a_finish_is_an_interruption(provider: OpenAIProvider, break_: str) -> None:
    assert await failing(provider, f"[[tokens=5]] {break_}", ProviderInterruptedError) == "w1 w2 w3 "


async def test_no_received_text_is_lost_to_a_slow_reader(model_server: ModelServer, provider: OpenAIProvider) -> None:
    answer = provider.stream(question("[[tokens=9]] [[cut=5]] [[gate]]"))
    model_server.open(1)
    events = [await anext(answer)]
    model_server.open(4)
    await model_server.until(lambda: model_server.requests[0].outcome == "cut")
    # The answer to this call arrives after the end of the broken connection, which is therefore known by now.
    await ask(provider, "another question")
    with pytest.raises(ProviderInterruptedError):  # noqa: PT012 - the events before the failure are what is tested
        async for event in answer:
            events.append(event)  # noqa: PERF401
    assert [event.text for event in events if isinstance(event, Delta)] == ["w1 ", "w2 ", "w3 ", "w4 ", "w5 "]


@pytest.mark.parametrize("kind", ["error_event", "error_object"])
async def test_an_error_in_the_stream_ends_the_answer(provider: OpenAIProvider, kind: str) -> None:
    assert await failing(provider, f"[[tokens=5]] [[{kind}=2]]", ProviderError) == "w1 w2 "


@pytest.mark.parametrize(
    "bad",
    [
        "data: {not json\n\n",
        'data: {"\\ud83d' + "[" * 100_000 + "\n\n",
        "data: " + "x" * (1024 * 1024 + 1) + "\n\n",
        {"error": {"message": "x"}},
        {"error": "x"},
        {"object": "error", "message": "x"},
        'error: {"message": "x"}\n\n',
    ],
    ids=range(7),
)
async def test_broken_json_and_reported_errors_fail_the_call(
    model_server: ModelServer, provider: OpenAIProvider, bad: dict[str, Any] | str
) -> None:
    model_server.script(raw=raw(chunk(content="good"), str(bad) if isinstance(bad, str) else bad)[len("[[raw=") : -2])
    assert await failing(provider, "x", ProviderError) == "good"


@pytest.mark.parametrize(
    "odd",
    [
        "data: 7\n\n",
        "data: ping\n\n",
        "data: " + "[" * 100_000 + "\n\n",
        {"choices": "x"},
        {"choices": [7]},
        {"choices": [{"delta": 7}]},
        {"choices": [{"index": "0", "delta": {"content": None, "tool_calls": 7}}]},
        {"choices": []},
        {"choices": [{"message": None}]},
        {"usage": [1], "choices": None},
    ],
    ids=range(10),
)
async def test_unknown_data_beside_the_text_is_ignored(
    model_server: ModelServer, provider: OpenAIProvider, odd: dict[str, Any] | str
) -> None:
    sent = raw(chunk(content="go"), str(odd) if isinstance(odd, str) else odd, chunk("stop", content="od"))
    model_server.script(raw=sent[len("[[raw=") : -2])
    answer = await ask(provider, "x")
    assert answer.content == "good"
    assert answer.finish.reason == "stop"


@pytest.mark.parametrize(
    ("content", "text", "reasoning"),
    [
        ([{"type": "text", "text": "a"}, "b"], "ab", ""),
        ([{"type": "thinking", "thinking": [{"type": "text", "text": "t"}]}, {"text": "a"}], "a", "t"),
        ({"text": "a"}, "a", ""),
        (7, "7", ""),
    ],
)
async def test_content_of_any_type_is_read(
    provider: OpenAIProvider, content: object, text: str, reasoning: str
) -> None:
    answer = await ask(provider, raw(chunk("stop", content=content)))
    assert answer.content == text
    assert answer.reasoning == reasoning


@pytest.mark.parametrize(
    "delta",
    [
        {"reasoning_details": [{"type": "reasoning.text", "text": "t"}]},
        {"reasoning_details": [{"type": "reasoning.summary", "summary": "t"}]},
        {"reasoning": {"content": "t"}},
        {"reasoning": "t", "reasoning_details": [{"text": "t"}]},
    ],
    ids=range(4),
)
async def test_reasoning_of_any_shape_is_read(provider: OpenAIProvider, delta: dict[str, Any]) -> None:
    answer = await ask(provider, raw(chunk(**delta), chunk("stop", content="a")))
    assert answer.reasoning == "t"
    assert answer.content == "a"


async def test_the_last_usage_counts(provider: OpenAIProvider) -> None:
    first = {"choices": [], "usage": {"prompt_tokens": "5", "completion_tokens": 1.0}}
    details = {"prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 2}}
    last = {"choices": [], "usage": {"completion_tokens": 3, **details}}
    answer = await ask(provider, raw(chunk(content="a"), first, chunk("stop"), last, {"choices": [], "usage": None}))
    assert answer.finish.usage == Usage(5, 3, 4, 2)


async def test_an_error_event_of_any_shape_ends_the_answer(provider: OpenAIProvider) -> None:
    sent = raw(chunk(content="text"), 'event: error\ndata: {"message": "x"}\n\n')
    assert await failing(provider, sent, ProviderError) == "text"


# --- Time-outs ---


async def test_a_model_without_a_first_token_times_out(make_provider: MakeProvider) -> None:
    provider = make_provider(first_token_timeout=0.2)
    assert await failing(provider, "[[slow_start]]", ProviderTimeoutError) == ""
    assert await failing(provider, "[[hang=0]]", ProviderTimeoutError) == ""


async def test_a_model_that_stops_sending_times_out(make_provider: MakeProvider) -> None:
    provider = make_provider(between_tokens_timeout=0.2)
    assert await failing(provider, "[[tokens=9]] [[hang=3]]", ProviderTimeoutError) == "w1 w2 w3 "


async def test_an_answer_that_keeps_arriving_never_times_out(make_provider: MakeProvider) -> None:
    provider = make_provider(first_token_timeout=1.0, between_tokens_timeout=0.5)
    answer = await ask(provider, "[[tokens=30]] [[rate=20]]")
    assert len(answer.deltas) == 30


async def test_a_slow_reader_does_not_time_the_model_out(
    model_server: ModelServer, make_provider: MakeProvider
) -> None:
    provider = make_provider(between_tokens_timeout=0.3)
    answer = provider.stream(question("[[tokens=4]] [[gate]]"))
    for _ in range(2):
        model_server.open(1)
        await anext(answer)
    impatient = make_provider(first_token_timeout=0.4)
    assert await failing(impatient, "[[slow_start]]", ProviderTimeoutError) == ""
    model_server.open(2)
    assert len([event async for event in answer]) == 3


# --- Secrets ---


@pytest.mark.parametrize("knob", ["[[fail=400]]", "[[fail=401]]", "[[fail=500]]", "[[tokens=2]] [[error_event=1]]"])
async def test_errors_and_logs_contain_no_secret(
    model_server: ModelServer, provider: OpenAIProvider, knob: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"), pytest.raises(ProviderError) as caught:
        await ask(provider, f"{knob} private question")
    said = f"{caught.value} {caught.value!r} {caught.value.__cause__} {caplog.text}"
    for secret in ("secret detail", "private question", "key-of-the-test", str(model_server.port)):
        assert secret not in said


async def test_redirects_are_not_followed(model_server: ModelServer, provider: OpenAIProvider) -> None:
    with pytest.raises(ProviderUnavailableError) as caught:
        await ask(provider, "[[fail=307]]")
    assert caught.value.status == 307
    assert len(model_server.requests) == 1
