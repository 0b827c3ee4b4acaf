"""Streams of a service that break off, hang or report an error, and odd data in them."""

from typing import Any

import pytest

from apps.chat.events import Delta, Usage
from apps.chat.providers.errors import ProviderError, ProviderInterruptedError, ProviderTimeoutError
from apps.chat.providers.openai import OpenAIProvider
from testkit.fakes.model_server import ModelServer
from tests.chat.providers.asking import ask, chunk, expect_failure, make_prompt, raw
from tests.chat.providers.conftest import MakeProvider

pytestmark = pytest.mark.storeless


async def test_no_received_text_is_lost_to_a_slow_reader(model_server: ModelServer, provider: OpenAIProvider) -> None:
    answer = provider.stream(make_prompt("[[tokens=9]] [[cut=5]] [[gate]]"))
    model_server.open(1)
    events = [await anext(answer)]
    model_server.open(4)
    await model_server.until(lambda: model_server.requests[0].outcome == "cut")
    # The answer to this call arrives after the broken connection has ended.
    await ask(provider, "another question")
    with pytest.raises(ProviderInterruptedError):  # noqa: PT012 - the events before the failure are what is tested
        async for event in answer:
            events.append(event)  # noqa: PERF401
    assert [event.text for event in events if isinstance(event, Delta)] == ["w1 ", "w2 ", "w3 ", "w4 ", "w5 "]


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
    assert await expect_failure(provider, "x", ProviderError) == "good"


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


async def test_the_last_usage_counts(provider: OpenAIProvider) -> None:
    first = {"choices": [], "usage": {"prompt_tokens": "5", "completion_tokens": 1.0}}
    details = {"prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 2}}
    last = {"choices": [], "usage": {"completion_tokens": 3, **details}}
    answer = await ask(provider, raw(chunk(content="a"), first, chunk("stop"), last, {"choices": [], "usage": None}))
    assert answer.finish.usage == Usage(5, 3, 4, 2)


async def test_a_slow_reader_does_not_cause_a_timeout(model_server: ModelServer, make_provider: MakeProvider) -> None:
    provider = make_provider(between_tokens_timeout=2.0)
    answer = provider.stream(make_prompt("[[tokens=4]] [[gate]]"))
    for _ in range(2):
        model_server.open(1)
        await anext(answer)
    impatient = make_provider(first_token_timeout=2.5)
    assert await expect_failure(impatient, "[[slow_start]]", ProviderTimeoutError) == ""
    model_server.open(2)
    assert len([event async for event in answer]) == 3
