"""Invariants in bad conditions: one answer at a time, no secret in the log (invariants I-1, I-4 and I-10)."""

import io
import json
import logging
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
import structlog
from django.db import IntegrityError
from pytest_django import Settings

from apps.chat.models import Conversation, Run
from apps.core.database import run_in_database
from testkit.fakes.model_server import ModelServer
from testkit.live import PASSWORD, LiveServer, SignedInUser, pause
from tests.chat.socket.conversations import OpenConversation, assert_stored, refusal


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The lines that the process logs, at every level, as they are written."""
    written = io.StringIO()
    root = logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.addFilter(lambda record: record.name != "websockets.client")  # the test's own end
    ours = next(each for each in root.handlers if isinstance(each.formatter, structlog.stdlib.ProcessorFormatter))
    handler.setFormatter(ours.formatter)
    handler.filters += ours.filters
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


SECRET_WORDS = "My diagnosis is scurvy"


async def have_a_bad_day(room: OpenConversation, model_server: ModelServer) -> None:
    """Chat while everything goes wrong: refused commands, failing models, stops and deletions."""
    for number, knobs in enumerate(
        (
            {},
            {"fail": 400},
            {"fail": 500, "times": 1},
            {"cut": 2},
            {"error_event": 1},
            {"error_object": 1},
            {"nul": True},
            {"raw": "ZGF0YTogeyJNeSBkaWFnbm9zaXMgaXMgc2N1cnZ5"},
        )
    ):
        model_server.script(**knobs)  # type: ignore[arg-type]
        await room.socket.ask_to_the_end(f"{SECRET_WORDS} {number}")
    await refusal(room.socket, "chat.message", content=SECRET_WORDS, model=SECRET_WORDS)
    await refusal(room.socket, "chat.message", content=SECRET_WORDS + "\0")
    await refusal(room.socket, "auth", token=SECRET_WORDS)
    await room.socket.send_text(f'{{"type":"chat.message","content":"{SECRET_WORDS}')
    await room.socket.expect("chat.error", code="INVALID_JSON")
    await room.socket.send_text(SECRET_WORDS)
    model_server.script()
    await room.person.call("PATCH", f"/conversations/{room.id}", {"title": SECRET_WORDS}, expect=200)
    await room.person.call("PATCH", f"/conversations/{room.id}", {"title": SECRET_WORDS + "\0"}, expect=422)


async def test_no_log_line_contains_a_secret(
    person: SignedInUser, model_server: ModelServer, chat_server: LiveServer, settings: Settings, log: io.StringIO
) -> None:
    room = await OpenConversation.open(person, system_prompt=SECRET_WORDS)
    await have_a_bad_day(room, model_server)
    with_token = await person.connect_to(f"{person.server.socket_url}/ws/chat/{room.id}/?token={person.access}")
    await with_token.send("auth", token=person.refresh)
    assert await with_token.expect_close() == 4001
    chat_server.stop()
    chat_server.start()
    await room.enter()
    lines = log.getvalue()
    assert "model_call_failed" in lines, "the faults were logged"
    secrets = [
        "scurvy", PASSWORD, person.access, person.refresh, person.access.split(".")[2], settings.OPENAI_API_KEY,
        settings.SECRET_KEY, settings.JWT_SECRET_KEY,
    ]  # fmt: skip
    for line in lines.splitlines():
        found = [secret for secret in secrets if secret in line]
        assert not found, line
    levels = {json.loads(line)["level"] for line in lines.splitlines() if line.startswith("{")}
    assert "error" not in levels


async def test_at_most_one_answer_is_being_written(room: OpenConversation, model_server: ModelServer) -> None:
    """The database enforces the limit, even against a worker that knows nothing of this one."""
    model_server.script(gate="")
    accepted = await room.socket.ask("One")

    def write_another() -> None:
        conversation = Conversation.objects.get(public_id=room.id)
        Run.objects.create(conversation=conversation, number=1, kind="message")

    with pytest.raises(IntegrityError):
        await run_in_database(write_another)
    model_server.open(100)
    assert (await room.socket.read_to_the_end(accepted["reply"]["id"])).content == "Echo: One"


async def test_an_answer_of_another_worker_makes_the_conversation_busy(room: OpenConversation) -> None:
    """An answer written by another process: no second one starts, and a stop ends it."""
    answer = await room.socket.ask_to_the_end("One")
    await run_in_database(
        Run.objects.filter(answer_id=UUID(answer.message_id)).update, status="streaming", ended_at=None
    )
    assert (await refusal(room.socket, "chat.message", content="Two"))["code"] == "ALREADY_PROCESSING"
    await room.socket.send("chat.stop")
    while (stored := await room.last_message())["status"] == "streaming":
        assert stored["id"] == answer.message_id
        await pause()
    assert stored["status"] == "stopped"
    assert stored["content"] == "Echo: One"


async def test_every_question_reaches_one_terminal_status(
    person: SignedInUser, model_server: ModelServer, chat_server: LiveServer
) -> None:
    room = await OpenConversation.open(person, title="Mine")
    await have_a_bad_day(room, model_server)
    running = []
    model_server.script(gate="")
    for _ in range(3):
        other = await OpenConversation.open(person, title="Mine")
        running.append((other, await other.socket.ask(str(uuid4()))))
    chat_server.stop()
    chat_server.start()
    for each in (room, *(other for other, _ in running)):
        answers = [message for message in await each.messages() if message["role"] == "assistant"]
        assert answers
        assert not {answer["status"] for answer in answers} & {"pending", "streaming"}
        for answer in answers:
            socket = await each.enter({"message_id": answer["id"], "run": answer["run"], "seq": answer["seq"]})
            check = socket.answer(answer["id"])
            check.run, check.seq = answer["run"], answer["seq"]
            check.content, check.reasoning = answer["content"], answer["reasoning"]
            assert (await socket.read_to_the_end(answer["id"])).resets == 0
            await assert_stored(each, check, answer["status"])
            await socket.drop()
