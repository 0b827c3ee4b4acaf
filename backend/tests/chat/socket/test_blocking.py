"""Nothing blocks the event loop: in these tests, a blocking call is an error."""

from collections.abc import Iterator

import pytest
from blockbuster import blockbuster_ctx

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser
from tests.chat.socket.conversations import OpenConversation, assert_stored, refusal


@pytest.fixture
def no_blocking() -> Iterator[None]:
    with blockbuster_ctx(["apps", "config", "server"]):
        yield


async def test_a_whole_chat_blocks_nothing(
    user: SignedInUser, model_server: ModelServer, no_blocking: None, caplog: pytest.LogCaptureFixture
) -> None:
    conversation = await OpenConversation.open(user)
    second = await conversation.enter()
    for knobs in ({}, {"tokens": 50, "reasoning": 5}, {"fail": 400}):
        model_server.script(**knobs)
        answer = await conversation.socket.ask_to_the_end("Hello " * 500)
        await second.read_to_the_end(answer.message_id)
        await assert_stored(conversation, answer, answer.ended["status"])
    model_server.script(tokens=9, cut=3)
    answer = await conversation.socket.ask_to_the_end("Break off")
    await conversation.socket.send("chat.continue", message_id=answer.message_id)
    await conversation.socket.expect("chat.stream", run=2, done=True)
    await refusal(conversation.socket, "auth", token="nonsense")
    await refusal(conversation.socket, "chat.follow", message_id=str(conversation.id), run=1, seq=0)
    await conversation.come_back(second, answer.message_id)
    model_server.script(gate="")
    running = await conversation.socket.ask("Stop me")
    await conversation.socket.send("chat.stop")
    await conversation.socket.read_to_the_end(running["reply"]["id"])
    await user.call("DELETE", f"/conversations/{conversation.id}", expect=204)
    assert await conversation.socket.expect_close() == 4004
    assert "BlockingError" not in caplog.text


async def test_a_shutdown_during_an_answer_blocks_nothing(
    conversation: OpenConversation,
    model_server: ModelServer,
    chat_server: LiveServer,
    no_blocking: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    model_server.script(gate="")
    running = await conversation.socket.ask("Hello")
    chat_server.stop()
    ended = (await conversation.socket.read_to_the_end(running["reply"]["id"])).ended
    assert ended["status"] == "interrupted"
    assert "BlockingError" not in caplog.text
