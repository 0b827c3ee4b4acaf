"""Connections to a model service: closed with their call, reused, without a proxy on this machine, and many at once."""

import asyncio
import contextlib
from contextlib import aclosing

import pytest

from apps.chat.events import Delta, Finish
from apps.chat.providers.errors import ProviderUnavailableError
from apps.chat.providers.openai import OpenAIProvider
from testkit.fakes.model_server import ModelServer
from tests.chat.providers.asking import ask, make_prompt
from tests.chat.providers.conftest import MakeProvider

pytestmark = pytest.mark.storeless


async def test_closing_an_answer_closes_its_call(model_server: ModelServer, provider: OpenAIProvider) -> None:
    answer = provider.stream(make_prompt("[[tokens=100]] [[hang=1]]"))
    assert isinstance(await anext(answer), Delta)
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
        async with aclosing(provider.stream(make_prompt(knob))) as answer:
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
