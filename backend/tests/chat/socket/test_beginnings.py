"""`chat.accepted` shows a client that arrives during a run the answer as the run began (docs/protocol.md: P-5.2)."""

from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import pause
from tests.chat.socket.conversations import OpenConversation, assert_stored


async def test_a_late_client_is_shown_the_answer_as_the_run_began(
    conversation: OpenConversation, model_server: ModelServer, settings: Settings
) -> None:
    settings.CHECKPOINT_SECONDS = 0.05
    model_server.script(tokens=2, reasoning=1, finish="length")
    answer = await conversation.socket.ask_to_the_end("Go")
    model_server.script(tokens=6, reasoning=1, gate="")
    await conversation.socket.send("chat.continue", message_id=answer.message_id)
    began = await conversation.socket.expect("chat.accepted", run=2)
    model_server.open(2)
    while (await conversation.last_message())["seq"] <= began["reply"]["seq"]:
        await pause()

    late = await conversation.enter()
    shown = await late.expect("chat.accepted", run=2)
    for name in ("kind", "client_id", "message", "reply"):
        assert shown[name] == began[name]
    assert shown["reply"]["content"] == "w1 w2 "
    assert shown["reply"]["status"] == "pending"

    model_server.open(100)
    await conversation.socket.expect("chat.stream", run=2, done=True)
    await assert_stored(conversation, await late.read_to_the_end(answer.message_id), "complete")
