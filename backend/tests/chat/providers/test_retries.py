"""Retries of calls to a model service, their parameters, and the end of their connections."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from apps.chat.events import Delta, Finish
from apps.chat.providers.base import ProviderInterruptedError, ProviderUnavailableError, StreamedEvent
from apps.chat.providers.failures.retries import TransientError, is_retryable, read_retry_after, wait_before
from apps.chat.providers.openai import OpenAIProvider
from testkit.fakes.model_server import ModelServer
from tests.chat.providers.asking import ask, question
from tests.chat.providers.conftest import MakeProvider

pytestmark = pytest.mark.storeless


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
async def test_a_transient_failure_is_retried(model_server: ModelServer, provider: OpenAIProvider, status: int) -> None:
    answer = await ask(provider, f"[[fail={status}]] [[times=1]] hello")
    assert answer.content == "Echo: hello"
    await model_server.until(lambda: [request.outcome for request in model_server.requests] == ["failed", "finished"])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_a_permanent_failure_is_not_retried(
    model_server: ModelServer, provider: OpenAIProvider, status: int
) -> None:
    with pytest.raises(ProviderUnavailableError) as caught:
        await ask(provider, f"[[fail={status}]]")
    assert caught.value.status == status
    assert len(model_server.requests) == 1


async def test_a_call_is_attempted_at_most_three_times(model_server: ModelServer, provider: OpenAIProvider) -> None:
    with pytest.raises(ProviderUnavailableError) as caught:
        await ask(provider, "[[fail=503]] [[retry_after=0]]")
    assert caught.value.status == 503
    assert caught.value.retry_after == 0
    assert len(model_server.requests) == 3


async def test_a_connection_that_breaks_before_the_first_token_is_retried(
    model_server: ModelServer, provider: OpenAIProvider
) -> None:
    with pytest.raises(ProviderUnavailableError):
        await ask(provider, "[[cut=0]]")
    assert len(model_server.requests) == 3


async def test_a_call_is_not_retried_after_the_first_token(model_server: ModelServer, provider: OpenAIProvider) -> None:
    with pytest.raises(ProviderInterruptedError):
        await ask(provider, "[[tokens=3]] [[cut=1]]")
    assert len(model_server.requests) == 1


async def test_an_unreachable_service_is_unavailable(make_provider: MakeProvider, unserved_url: str) -> None:
    with pytest.raises(ProviderUnavailableError) as caught:
        await ask(make_provider(base_url=unserved_url), "hi")
    assert caught.value.status is None


async def test_a_long_retry_after_is_passed_on_without_waiting(
    model_server: ModelServer, provider: OpenAIProvider
) -> None:
    with pytest.raises(ProviderUnavailableError) as caught:
        await ask(provider, "[[fail=429]] [[retry_after=31]]")
    assert caught.value.status == 429
    assert caught.value.retry_after == 31
    assert len(model_server.requests) == 1


async def test_no_wait_exceeds_the_first_token_timeout(model_server: ModelServer, make_provider: MakeProvider) -> None:
    with pytest.raises(ProviderUnavailableError) as caught:
        await ask(make_provider(first_token_timeout=5), "[[fail=429]] [[retry_after=6]]")
    assert caught.value.retry_after == 6
    assert len(model_server.requests) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [(None, None), ("7", 7), ("0.2", 1), ("-5", 0), ("soon", None), ("nan", None), ("inf", None), ("9" * 30, 86_400)],
)
def test_retry_after_is_read_in_whole_seconds(header: str | None, seconds: int | None) -> None:
    assert read_retry_after(header) == seconds


def test_retry_after_may_be_a_date() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=20)
    assert read_retry_after(format_datetime(soon, usegmt=True)) in {19, 20}
    assert read_retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0


def test_the_wait_grows_with_each_attempt() -> None:
    error = TransientError("x")
    first, second = wait_before(1, error), wait_before(2, error)
    assert first is not None
    assert second is not None
    assert 0.25 <= first <= 0.5 <= second <= 1.0
    assert wait_before(3, error) is None
    assert wait_before(1, TransientError("x", retry_after=30)) == 30


def test_408_409_and_429_are_the_retryable_4xx_statuses() -> None:
    assert [status for status in range(400, 500) if is_retryable(status)] == [408, 409, 429]


# --- Parameters that a service does not know ---


@pytest.mark.parametrize("form", ["", "[[no_param]] "])
@pytest.mark.parametrize("parameter", ["temperature", "stream_options"])
async def test_an_unsupported_parameter_is_left_out_and_remembered(
    model_server: ModelServer, provider: OpenAIProvider, parameter: str, form: str
) -> None:
    for _ in range(2):
        answer = await ask(provider, f"[[unsupported={parameter}]] {form}hello")
        assert answer.content == "Echo: hello"
    assert [parameter in request.body for request in model_server.requests] == [True, False, False]


@pytest.mark.parametrize("form", ["", "[[no_param]] "])
async def test_max_tokens_becomes_max_completion_tokens(
    model_server: ModelServer, provider: OpenAIProvider, form: str
) -> None:
    await ask(provider, question(f"[[unsupported=max_tokens]] {form}hello", max_tokens=9))
    sent = [(r.body.get("max_tokens"), r.body.get("max_completion_tokens")) for r in model_server.requests]
    assert sent == [(9, None), (None, 9)]


async def test_several_unsupported_parameters_are_left_out(model_server: ModelServer, provider: OpenAIProvider) -> None:
    names = "temperature,stream_options,max_tokens,max_completion_tokens"
    answer = await ask(provider, question(f"[[unsupported={names}]] hello", max_tokens=9))
    assert answer.content == "Echo: hello"
    assert set(model_server.requests[-1].body) == {"model", "messages", "stream"}
    assert len(model_server.requests) == 5


async def test_a_refused_parameter_is_remembered_for_its_model_only(
    model_server: ModelServer, provider: OpenAIProvider
) -> None:
    await ask(provider, "[[unsupported=temperature]] x")
    prompt = question("y")
    await ask(provider, type(prompt)("other-model", prompt.messages))
    assert "temperature" in model_server.requests[-1].body


async def test_required_parameters_are_never_left_out(model_server: ModelServer, provider: OpenAIProvider) -> None:
    with pytest.raises(ProviderUnavailableError):
        await ask(provider, "[[unsupported=messages]]")
    assert len(model_server.requests) == 1


# --- Stopping ---


async def begin(answer: AsyncGenerator[StreamedEvent]) -> None:
    assert isinstance(await anext(answer), Delta)


async def test_closing_an_answer_closes_its_call(model_server: ModelServer, provider: OpenAIProvider) -> None:
    answer = provider.stream(question("[[tokens=100]] [[hang=1]]"))
    await begin(answer)
    await answer.aclose()
    await model_server.until(lambda: model_server.requests[0].outcome == "closed")


@pytest.mark.parametrize("knob", ["[[slow_start]]", "[[hang=0]]", "[[hang=3]]"])
async def test_cancelling_an_answer_closes_its_call(
    model_server: ModelServer, provider: OpenAIProvider, knob: str
) -> None:
    deltas: list[Delta] = []
    task = asyncio.create_task(ask(provider, f"[[tokens=5]] {knob}", into=deltas))
    await model_server.until(lambda: bool(model_server.requests))
    if knob == "[[hang=3]]":
        await model_server.until(lambda: model_server.requests[0].tokens_sent == 3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await model_server.until(lambda: model_server.requests[0].outcome == "closed")


async def test_a_stop_during_the_wait_ends_the_retries(model_server: ModelServer, provider: OpenAIProvider) -> None:
    task = asyncio.create_task(ask(provider, "[[fail=429]] [[retry_after=29]]"))
    await model_server.until(lambda: [request.outcome for request in model_server.requests] == ["failed"])
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(model_server.requests) == 1


async def test_connections_are_reused_after_complete_responses_only(
    model_server: ModelServer, provider: OpenAIProvider
) -> None:
    for knob in (
        "[[tokens=3]] [[slow_end]]",
        "[[fail=400]]",
        "[[no_stream]]",
        "[[tokens=3]] [[hang=1]]",
        "[[tokens=3]]",
    ):
        async with aclosing(provider.stream(question(knob))) as answer:
            with contextlib.suppress(ProviderUnavailableError):
                async for event in answer:
                    if "hang" in knob or isinstance(event, Finish):
                        break
    peers = [request.peer for request in model_server.requests]
    assert peers[0] == peers[1] == peers[2] == peers[3] != peers[4]


async def test_a_proxy_is_not_used_for_services_on_this_machine(
    model_server: ModelServer, make_provider: MakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{model_server.port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    answer = await ask(make_provider(base_url=f"http://models.invalid{model_server.path}/v1"), "far")
    assert answer.content == "Echo: far"
    assert model_server.requests[0].headers["Host"] == "models.invalid"
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert (await ask(make_provider(), "near")).content == "Echo: near"


async def test_more_than_a_hundred_calls_run_concurrently(model_server: ModelServer, provider: OpenAIProvider) -> None:
    asking = [asyncio.create_task(ask(provider, f"[[tokens=2]] [[gate]] {number}")) for number in range(150)]
    await model_server.until(lambda: len(model_server.requests) == 150)
    model_server.open(300)
    answers = await asyncio.gather(*asking)
    assert all(answer.content == "w1 w2 " for answer in answers)
