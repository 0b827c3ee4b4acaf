"""Streams that are cut and resumed by `Last-Event-ID` (docs/api.md: A-10.11 to A-10.14)."""

import asyncio
import json
from typing import Any

from apps.chat.models import ApiCall
from apps.core.database import run_in_database
from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser
from tests.chat.openai.programs import Event, Program, make_body, make_key

WORDS = 12


async def test_a_stream_that_is_cut_anywhere_continues_where_it_was(
    program: Program, model_server: ModelServer
) -> None:
    """A-10.11: the ids count chunks, and the upstream call continues while no client reads."""
    model_server.script(tokens=WORDS)
    async with program.stream("Go") as events:
        whole = await events.rest()
    model_server.pause_after(WORDS, of=WORDS)
    received: list[Event] = []
    async with program.stream("Go") as events:
        received += await events.take(1)
    while received[-1].data != "[DONE]":
        async with program.stream("ignored", last_event_id=received[-1].id) as events:
            received += await events.take(1)
    expected = [event.data.replace(call_name(whole), call_name(received)) for event in whole]
    assert [event.data for event in received] == expected
    assert [number_of(event) for event in received] == list(range(1, len(whole) + 1))
    assert len(model_server.requests) == 2
    async with program.stream("again", last_event_id=received[0].id) as events:
        assert await events.rest() == received[1:]
    async with program.stream("again", last_event_id=received[-1].id) as events:
        assert [event.data for event in await events.rest()] == ["[DONE]"]


def call_name(events: list[Event]) -> str:
    return str(json.loads(events[0].data)["id"])


def number_of(event: Event) -> int:
    return int(event.id.rpartition("-")[2])


async def test_a_client_that_leaves_ends_the_call(program: Program, model_server: ModelServer, settings: Any) -> None:
    """A-10.12: without resuming, the call to the service ends; its beginning can still be requested."""
    settings.COMPLETION_RESUME_SECONDS = 0.5
    model_server.pause_after(3, of=WORDS)
    async with program.stream("Go") as events:
        received = await events.take(3)
    await model_server.until(lambda: model_server.requests[0].outcome == "closed")
    async with program.stream("Go", last_event_id=received[0].id) as events:
        *rest, last = await events.rest()
    assert rest[:2] == received[1:]
    assert json.loads(last.data)["error"]["code"] == "call_left"
    assert (await run_in_database(ApiCall.objects.get)).status == "stopped"


async def test_a_client_that_leaves_before_the_first_chunk_ends_the_call(
    program: Program, model_server: ModelServer
) -> None:
    """A-10.12."""
    model_server.script(slow_start=True)
    for number, stream in enumerate((True, False)):
        asking = asyncio.create_task(program.refused("POST", "/chat/completions", make_body("Go", stream=stream)))
        await model_server.until(lambda: len(model_server.requests) > number)  # noqa: B023
        asking.cancel()
        await model_server.until(lambda: model_server.requests[number].outcome == "closed")  # noqa: B023


async def test_unknown_and_malformed_positions_are_refused(
    program: Program, other_user: SignedInUser, model_server: ModelServer
) -> None:
    """A-10.13: another user's call looks as if it had never existed."""
    async with program.stream("Go") as events:
        [*_, last] = await events.rest()
    other = Program(program.server, (await make_key(other_user))["key"])
    beyond = f"{last.id.partition('-')[0]}-{number_of(last) + 1}"
    for asking, position in (
        (other, last.id),
        (program, beyond),
        (program, "x"),
        (program, f"{'0' * 32}-1"),
        (program, f"{last.id.partition('-')[0]}-{'9' * 15}"),
    ):
        body = make_body("Go", stream=True)
        error = await asking.refused("POST", "/chat/completions", body, expect=404, last_event_id=position)
        assert error["code"] == "call_not_found", position


async def test_the_end_of_the_server_ends_streams_with_an_error(
    program: Program, model_server: ModelServer, chat_server: LiveServer
) -> None:
    """A-10.14."""
    model_server.pause_after(2, of=WORDS)
    async with program.stream("Go") as events:
        await events.take(2)
        stopping = asyncio.create_task(asyncio.to_thread(chat_server.stop))
        *_, last = await events.rest()
        await stopping
    assert json.loads(last.data)["error"]["code"] == "call_worker_ended"
