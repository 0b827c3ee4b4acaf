"""`kill -9` during an answer: the question and its text survive (docs/protocol.md: P-7.2; invariants I-1 and I-2)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser, drop_connections, pause
from testkit.server_process import ServerProcess
from testkit.socket_client import AnswerCheck, Frame
from tests.chat.socket.conversations import OpenConversation, assert_stored, begin_answer, words

pytestmark = [pytest.mark.store_independent, pytest.mark.timeout(180)]


@pytest.fixture
async def process(data_folder: Path, model_server: ModelServer) -> AsyncIterator[ServerProcess]:
    """A server with its own database."""
    server = ServerProcess(
        data_folder,
        {"OPENAI_BASE_URL": model_server.base_url, "OPENAI_API_KEY": "test-key", "AI_MODELS": "fake-model"},
    )
    await server.start()
    yield server
    await drop_connections()
    await server.kill()


async def test_a_killed_server_keeps_the_question_and_the_saved_text(
    process: ServerProcess, model_server: ModelServer
) -> None:
    user = await SignedInUser.register(process)
    conversation = await OpenConversation.open(user, title="Mine")
    silent = await OpenConversation.open(user, title="Mine too")
    seen = await begin_answer(conversation, model_server, seen=50, of=100, question="What is the capital of France?")
    answer_id = seen.message_id
    # A checkpoint is saved while the answer continues.
    while (stored := await conversation.last_message())["content"] != words(1, 50):
        assert stored["status"] in {"pending", "streaming"}
        await pause()
    assert stored["status"] == "streaming"
    assert stored["seq"] == 50
    model_server.script(slow_start=True)
    unanswered = await silent.socket.ask("Hello")
    model_server.open(20)
    await conversation.socket.read_until_length(answer_id, len(words(1, 70)))
    await process.kill()
    assert await conversation.socket.expect_close() == 1006
    await process.start()
    model_server.script(tokens=100)
    await check_the_broken_answer(conversation, seen)
    await check_the_unanswered_question(silent, unanswered)
    assert not [line for line in process.log if '"level": "error"' in line]


async def check_the_broken_answer(conversation: OpenConversation, seen: AnswerCheck) -> None:
    question, stored = await conversation.messages()
    assert question["content"] == "What is the capital of France?"
    assert question["status"] == "complete"
    assert stored["id"] == seen.message_id
    assert stored["status"] == "interrupted"
    assert stored["error_code"] is None
    assert seen.content.startswith(stored["content"])
    assert stored["content"].startswith(words(1, 50))
    # The client may have seen more than was saved: a reset tells it to discard what it has.
    back = await conversation.come_back(conversation.socket, seen.message_id)
    assert back.auth_success["active"] is None
    await back.expect("chat.stream", done=True)
    assert seen.resets == 1
    await assert_stored(conversation, seen, "interrupted")
    # A client that shows what GET returned needs no reset.
    fresh = await conversation.user.connect(conversation.id)
    fresh.answers[seen.message_id] = replace(seen, ended={})
    await fresh.sign_in(conversation.user.access, seen.position)
    assert (await fresh.read_to_the_end(seen.message_id)).resets == 1, "the one before"

    await back.send("chat.continue", message_id=seen.message_id)
    await back.expect("chat.accepted", kind="continue")
    await back.expect("chat.stream", done=True)
    assert seen.content == words(1, 100)
    assert seen.resets == 1
    await assert_stored(conversation, seen, "complete")
    assert (await back.ask_to_the_end("And of Spain?")).content == words(1, 100)


async def check_the_unanswered_question(conversation: OpenConversation, accepted: Frame) -> None:
    """The client does not know whether its question arrived: it repeats it, and receives the same answer."""
    socket = await conversation.enter()
    again = await socket.start("chat.message", content="Hello", client_id=accepted["client_id"])
    for name in ("message", "reply"):
        assert again[name]["id"] == accepted[name]["id"]
    assert again["reply"]["status"] == "interrupted"
    assert again["reply"]["content"] == ""
    await socket.expect("chat.stream", done=True, status="interrupted")
    await socket.send("chat.continue", message_id=again["reply"]["id"])
    await socket.expect("chat.accepted", kind="continue")
    await socket.expect("chat.stream", done=True, status="complete")
    assert len(await conversation.messages()) == 2
