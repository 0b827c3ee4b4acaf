"""Nothing blocks the event loop: in these tests, a blocking call is an error."""

from collections.abc import Iterator

import pytest
from blockbuster import BlockBuster

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser
from tests.chat.socket.conversations import OpenConversation, assert_stored, refusal


@pytest.fixture
def no_blocking() -> Iterator[None]:
    guard = BlockBuster(["apps", "config", "server"])
    guard.activate()
    yield
    guard.deactivate()


async def test_a_whole_chat_blocks_nothing(
    person: SignedInUser, model_server: ModelServer, no_blocking: None, caplog: pytest.LogCaptureFixture
) -> None:
    room = await OpenConversation.open(person)
    second = await room.enter()
    for knobs in ({}, {"tokens": 50, "reasoning": 5}, {"fail": 400}):
        model_server.script(**knobs)
        answer = await room.socket.ask_to_the_end("Hello " * 500)
        await second.read_to_the_end(answer.message_id)
        assert answer.ended is not None
        await assert_stored(room, answer, answer.ended["status"])
    model_server.script(tokens=9, cut=3)
    answer = await room.socket.ask_to_the_end("Break off")
    await room.socket.send("chat.continue", message_id=answer.message_id)
    await room.socket.expect("chat.stream", run=2, done=True)
    await refusal(room.socket, "auth", token="nonsense")
    await refusal(room.socket, "chat.follow", message_id=str(room.id), run=1, seq=0)
    await room.come_back(second, answer.message_id)
    model_server.script(gate="")
    running = await room.socket.ask("Stop me")
    await room.socket.send("chat.stop")
    await room.socket.read_to_the_end(running["reply"]["id"])
    await person.call("DELETE", f"/conversations/{room.id}", expect=204)
    assert await room.socket.expect_close() == 4004
    assert "BlockingError" not in caplog.text


async def test_a_shutdown_during_an_answer_blocks_nothing(
    room: OpenConversation,
    model_server: ModelServer,
    chat_server: LiveServer,
    no_blocking: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    model_server.script(gate="")
    running = await room.socket.ask("Hello")
    chat_server.stop()
    ended = (await room.socket.read_to_the_end(running["reply"]["id"])).ended
    assert ended is not None
    assert ended["status"] == "interrupted"
    assert "BlockingError" not in caplog.text
