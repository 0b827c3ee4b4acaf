"""Checkpoints save the tail of a running answer, and now and then all of it (docs/protocol.md: P-3.7, P-7.2)."""

from typing import Any

import pytest
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, pause
from tests.chat.socket.conversations import OpenConversation, assert_stored, begin_answer, words

TOKENS, THOUGHTS = 60, 20


@pytest.fixture(autouse=True)
def short_tails(settings: Settings) -> None:
    settings.CHECKPOINT_SECONDS = 0.05
    settings.CHECKPOINT_TAIL_LENGTH = 40


async def until_saved(conversation: OpenConversation, seq: int) -> dict[str, Any]:
    """Return the answer as it is stored, once that is at least up to `seq`."""
    while (stored := await conversation.last_message())["seq"] < seq:
        await pause()
    return stored


async def test_the_stored_text_always_ends_at_the_stored_number(
    conversation: OpenConversation, model_server: ModelServer, settings: Settings
) -> None:
    model_server.script(tokens=TOKENS + THOUGHTS, reasoning=THOUGHTS, gate="")
    answer_id = (await conversation.socket.ask("Go"))["reply"]["id"]
    for seq in range(4, TOKENS + THOUGHTS, 4):
        model_server.open(4)
        stored = await until_saved(conversation, seq)
        assert stored["status"] == "streaming"
        assert stored["seq"] == seq
        assert stored["reasoning"] == "".join(f"r{number} " for number in range(1, min(seq, THOUGHTS) + 1))
        assert stored["content"] == words(1, seq - THOUGHTS)
        export = f"/conversations/{conversation.id}/export?format=json"
        exported = await conversation.user.call("GET", export, expect=200)
        assert exported["conversations"][0]["messages"][1]["content"] == stored["content"]
    model_server.open(1000)
    await assert_stored(conversation, await conversation.socket.read_to_the_end(answer_id), "complete")


async def test_a_continued_answer_is_saved_after_what_it_had(
    conversation: OpenConversation, chat_server: LiveServer, model_server: ModelServer
) -> None:
    answer_id = (await begin_answer(conversation, model_server, seen=0, of=TOKENS)).message_id
    for seq in (5, 10, 15):
        model_server.open(5)
        await until_saved(conversation, seq)
    await conversation.socket.send("chat.stop")
    stopped = await conversation.socket.read_to_the_end(answer_id)
    await assert_stored(conversation, stopped, "stopped")
    model_server.script(tokens=TOKENS, gate="again")
    await conversation.socket.send("chat.continue", message_id=answer_id)
    await conversation.socket.expect("chat.accepted")
    model_server.open(20, "again")
    before = await until_saved(conversation, stopped.seq + 20)
    chat_server.restart()
    stored = await conversation.last_message()
    assert stored["content"] == before["content"]
    assert stored["status"] == "interrupted"
