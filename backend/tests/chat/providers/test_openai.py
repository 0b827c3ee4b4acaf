"""Calls of an OpenAI-compatible service: what is sent, the streamed text, and failures without secrets."""

import base64

import pytest

from apps.chat.events import Finish, Usage
from apps.chat.providers.errors import ProviderError, ProviderUnavailableError
from apps.chat.providers.openai import OpenAIProvider
from testkit.fakes.model_answers import MARKDOWN
from testkit.fakes.model_server import ModelServer
from tests.chat.providers.asking import ask, chunk, make_prompt, raw
from tests.chat.providers.conftest import MakeProvider

pytestmark = pytest.mark.storeless


async def test_the_text_is_exactly_what_the_service_sent(provider: OpenAIProvider) -> None:
    answer = await ask(provider, "a  b\n\n你好，世界 <b>&amp;</b> ")
    assert answer.content == "Echo: a  b\n\n你好，世界 <b>&amp;</b> "
    assert answer.finish.reason == "stop"
    assert answer.finish.usage == Usage(prompt_tokens=6, completion_tokens=len(answer.deltas))


@pytest.mark.parametrize("size", [1, 7, 100])
async def test_the_stream_may_arrive_in_pieces_of_any_size(provider: OpenAIProvider, size: int) -> None:
    answer = await ask(provider, f"[[markdown]] [[split={size}]]")
    assert answer.content == MARKDOWN


async def test_surrogates_of_different_kinds_or_at_the_end_are_not_joined(provider: OpenAIProvider) -> None:
    sent = raw(chunk(reasoning="think \ud83d"), chunk(content="\ude00 say \ud83d"), chunk("stop"))
    answer = await ask(provider, sent)
    assert answer.reasoning == "think \ufffd"
    assert answer.content == "\ufffd say \ufffd"


async def test_invalid_utf_8_is_replaced(provider: OpenAIProvider) -> None:
    body = b'data: {"choices":[{"delta":{"content":"a\xffb"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    answer = await ask(provider, f"[[raw={base64.b64encode(body).decode()}]]")
    assert answer.content == "a\ufffdb"


async def test_long_deltas_are_split(provider: OpenAIProvider) -> None:
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


async def test_a_whole_completion_instead_of_a_stream_is_read(provider: OpenAIProvider) -> None:
    answer = await ask(provider, "[[no_stream]] [[reasoning=1]] hello")
    assert answer.reasoning == "r1 "
    assert answer.content == "Echo: hello"
    assert answer.finish == Finish("stop", Usage(5, 3))


async def test_a_request_has_the_fields_of_the_prompt(model_server: ModelServer, provider: OpenAIProvider) -> None:
    await ask(provider, make_prompt("hi", max_tokens=50, temperature=0.3))
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


@pytest.mark.parametrize("failure", ["[[fail=400]]", "[[fail=401]]", "[[fail=500]]", "[[tokens=2]] [[error_event=1]]"])
async def test_errors_and_logs_contain_no_secret(
    model_server: ModelServer, provider: OpenAIProvider, failure: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"), pytest.raises(ProviderError) as caught:
        await ask(provider, f"{failure} private question")
    logged = f"{caught.value} {caught.value!r} {caught.value.__cause__} {caplog.text}"
    for secret in ("secret detail", "private question", "key-of-the-test", str(model_server.port)):
        assert secret not in logged


async def test_redirects_are_not_followed(model_server: ModelServer, provider: OpenAIProvider) -> None:
    with pytest.raises(ProviderUnavailableError) as caught:
        await ask(provider, "[[fail=307]]")
    assert caught.value.status == 307
    assert len(model_server.requests) == 1
