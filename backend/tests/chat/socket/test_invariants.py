"""Invariants in bad conditions: one answer at a time, no secret in the log (invariants I-1, I-4 and I-10)."""

import json
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError
from pytest_django import Settings

from apps.chat.models import Conversation, Run
from apps.core.database import run_in_database
from testkit.accounts import PASSWORD
from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser, pause
from tests.chat.socket.conversations import OpenConversation, assert_stored, refusal
from tests.log_lines import ReadLog

SECRET_WORDS = "My diagnosis is scurvy"


async def cause_every_failure(conversation: OpenConversation, model_server: ModelServer) -> None:
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
        await conversation.socket.ask_to_the_end(f"{SECRET_WORDS} {number}")
    await refusal(conversation.socket, "chat.message", content=SECRET_WORDS, model=SECRET_WORDS)
    await refusal(conversation.socket, "chat.message", content=SECRET_WORDS + "\0")
    await refusal(conversation.socket, "auth", token=SECRET_WORDS)
    await conversation.socket.send_text(f'{{"type":"chat.message","content":"{SECRET_WORDS}')
    await conversation.socket.expect("chat.error", code="INVALID_JSON")
    await conversation.socket.send_text(SECRET_WORDS)
    model_server.script()
    for title, status in ((SECRET_WORDS, 200), (SECRET_WORDS + "\0", 422)):
        await conversation.user.call("PATCH", f"/conversations/{conversation.id}", {"title": title}, expect=status)


async def test_no_log_line_contains_a_secret(
    user: SignedInUser,
    model_server: ModelServer,
    chat_server: LiveServer,
    settings: Settings,
    debug_level: None,
    read_log: ReadLog,
) -> None:
    conversation = await OpenConversation.open(user, system_prompt=SECRET_WORDS)
    await cause_every_failure(conversation, model_server)
    with_token = await user.connect_to(f"{user.server.socket_url}/ws/chat/{conversation.id}/?token={user.access}")
    await with_token.send("auth", token=user.refresh)
    assert await with_token.expect_close() == 4001
    chat_server.restart()
    await conversation.enter()
    # The library of the test's own end logs what it sends.
    lines = [line for line in read_log() if line["logger"] != "websockets.client"]
    assert "model_call_failed" in {line["event"] for line in lines}, "the failures were logged"
    secrets = [
        "scurvy", PASSWORD, user.access, user.refresh, user.access.split(".")[2], settings.OPENAI_API_KEY,
        settings.SECRET_KEY, settings.JWT_SECRET_KEY,
    ]  # fmt: skip
    for line in lines:
        text = json.dumps(line, ensure_ascii=False)
        assert [secret for secret in secrets if secret in text] == [], text
    assert "error" not in {line["level"] for line in lines}


async def test_at_most_one_answer_is_being_written(conversation: OpenConversation, model_server: ModelServer) -> None:
    """The database enforces the limit, even against a worker that knows nothing of this one."""
    model_server.script(gate="")
    accepted = await conversation.socket.ask("One")

    def write_another() -> None:
        stored = Conversation.objects.get(public_id=conversation.id)
        Run.objects.create(conversation=stored, number=1, kind="message")

    with pytest.raises(IntegrityError):
        await run_in_database(write_another)
    model_server.open(100)
    assert (await conversation.socket.read_to_the_end(accepted["reply"]["id"])).content == "Echo: One"


async def test_an_answer_of_another_worker_makes_the_conversation_busy(conversation: OpenConversation) -> None:
    """An answer written by another process: no second one starts, and a stop ends it."""
    answer = await conversation.socket.ask_to_the_end("One")
    runs = Run.objects.filter(answer_id=UUID(answer.message_id))
    await run_in_database(runs.update, status="streaming", ended_at=None)
    assert (await refusal(conversation.socket, "chat.message", content="Two"))["code"] == "ALREADY_PROCESSING"
    await conversation.socket.send("chat.stop")
    while (stored := await conversation.last_message())["status"] == "streaming":
        assert stored["id"] == answer.message_id
        await pause()
    assert stored["status"] == "stopped"
    assert stored["content"] == "Echo: One"


async def test_every_question_reaches_one_terminal_status(
    user: SignedInUser, model_server: ModelServer, chat_server: LiveServer
) -> None:
    conversation = await OpenConversation.open(user, title="Mine")
    await cause_every_failure(conversation, model_server)
    running = []
    model_server.script(gate="")
    for _ in range(3):
        other = await OpenConversation.open(user, title="Mine")
        running.append((other, await other.socket.ask(str(uuid4()))))
    chat_server.restart()
    for each in (conversation, *(other for other, _ in running)):
        answers = [message for message in await each.messages() if message["role"] == "assistant"]
        assert answers
        assert not {answer["status"] for answer in answers} & {"pending", "streaming"}
        for answer in answers:
            socket = await each.resume(answer["id"], answer["run"], answer["seq"])
            check = socket.answer(answer["id"])
            check.content, check.reasoning = answer["content"], answer["reasoning"]
            assert (await socket.read_to_the_end(answer["id"])).resets == 0
            await assert_stored(each, check, answer["status"])
            await socket.drop()
