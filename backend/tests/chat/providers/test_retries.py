"""Retries of calls to a model service: which failures are retried, how often, and after how long."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from apps.chat.providers.errors import ProviderInterruptedError, ProviderUnavailableError
from apps.chat.providers.failures.retries import TransientError, choose_retry_delay, is_retryable, read_retry_after
from apps.chat.providers.openai import OpenAIProvider
from testkit.fakes.model_server import ModelServer
from tests.chat.providers.asking import ask
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


@pytest.mark.parametrize(
    ("timeouts", "wait"),
    [({}, 31), ({"first_token_timeout": 5}, 6)],
    ids=["over half a minute", "over the first-token timeout"],
)
async def test_a_long_retry_after_is_passed_on_without_waiting(
    model_server: ModelServer, make_provider: MakeProvider, timeouts: dict[str, float], wait: int
) -> None:
    with pytest.raises(ProviderUnavailableError) as caught:
        await ask(make_provider(**timeouts), f"[[fail=429]] [[retry_after={wait}]]")
    assert caught.value.status == 429
    assert caught.value.retry_after == wait
    assert len(model_server.requests) == 1


async def test_a_stop_during_the_wait_ends_the_retries(model_server: ModelServer, provider: OpenAIProvider) -> None:
    task = asyncio.create_task(ask(provider, "[[fail=429]] [[retry_after=29]]"))
    await model_server.until(lambda: [request.outcome for request in model_server.requests] == ["failed"])
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
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
    first, second = choose_retry_delay(1, error), choose_retry_delay(2, error)
    assert first is not None
    assert second is not None
    assert 0.25 <= first <= 0.5 <= second <= 1.0
    assert choose_retry_delay(3, error) is None
    assert choose_retry_delay(1, TransientError("x", retry_after=30)) == 30


def test_408_409_and_429_are_the_retryable_4xx_statuses() -> None:
    assert [status for status in range(400, 500) if is_retryable(status)] == [408, 409, 429]
