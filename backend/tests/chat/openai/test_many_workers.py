"""Streams of several workers on one PostgreSQL and one Redis (docs/api.md: A-10.11, A-10.12, A-10.14)."""

import json
from dataclasses import replace

import pytest

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from testkit.services import several_workers
from tests.chat.openai.programs import Event, Program, make_key
from tests.chat.workers import StartWorkers

pytestmark = [pytest.mark.timeout(180), several_workers]

WORDS = 10


async def test_a_stream_continues_on_another_worker(start_workers: StartWorkers, model_server: ModelServer) -> None:
    first, second = await start_workers(2, COMPLETION_RESUME_SECONDS="5")
    user = await SignedInUser.register(first)
    key = await make_key(user)
    here = Program(first, key["key"])
    there = replace(here, server=second)
    await check_that_it_continues(here, there, model_server)
    await check_that_it_ends_when_its_client_has_left(here, there, model_server)
    await check_that_a_deleted_key_ends_it(here, there, user, model_server)
    model_server.pause_after(2, of=WORDS, gate="dead")
    async with here.stream("Go") as events:
        received = await events.take(2)
    async with there.stream("Go", last_event_id=received[-1].id) as events:
        await first.kill()
        *_, last = await events.rest()
    assert json.loads(last.data)["error"]["code"] == "call_worker_ended"


async def check_that_it_continues(here: Program, there: Program, model_server: ModelServer) -> None:
    model_server.script(tokens=WORDS)
    async with here.stream("Go") as events:
        whole = [event.data for event in await events.rest()]
    model_server.script(tokens=WORDS, gate="walk")
    async with here.stream("Go") as events:
        model_server.open(2, "walk")
        received: list[Event] = await events.take(2)
    programs = [there, here]
    while received[-1].data != "[DONE]":
        model_server.open(1, "walk")
        async with programs[len(received) % 2].stream("Go", last_event_id=received[-1].id) as events:
            received += await events.take(1)
    assert [int(event.id.rpartition("-")[2]) for event in received] == list(range(1, len(whole) + 1))
    assert len(received) == len(whole)
    assert [text_of(event.data) for event in received] == [text_of(data) for data in whole]


async def check_that_it_ends_when_its_client_has_left(here: Program, there: Program, model_server: ModelServer) -> None:
    model_server.pause_after(2, of=WORDS, gate="left")
    async with here.stream("Go") as events:
        received = await events.take(2)
    async with there.stream("Go", last_event_id=received[-1].id) as events:
        model_server.open(1, "left")
        await events.take(1)
    request = model_server.requests[-1]
    await model_server.until(lambda: request.outcome == "closed", timeout=60)


async def check_that_a_deleted_key_ends_it(
    here: Program, there: Program, user: SignedInUser, model_server: ModelServer
) -> None:
    key = await make_key(user)
    mine = replace(here, key=key["key"])
    model_server.pause_after(2, of=WORDS, gate="key")
    async with mine.stream("Go") as events:
        await events.take(1)
        await replace(user, server=there.server).call("DELETE", f"/keys/{key['id']}", expect=204)
        await mine.refused("GET", "/models", expect=401)
        *_, last = await events.rest()
    assert json.loads(last.data)["error"]["code"] == "call_key_ended"


def text_of(data: str) -> str:
    if data == "[DONE]":
        return data
    return "".join(choice["delta"].get("content") or "" for choice in json.loads(data)["choices"])
