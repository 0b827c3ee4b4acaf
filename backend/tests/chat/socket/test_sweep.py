"""The sweep, once a second: it makes up for lost notifications, and repeats nothing (invariant I-6)."""

from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer
from tests.chat.socket.conversations import OpenConversation, words


async def test_the_sweep_does_not_overtake_a_sign_in(
    conversation: OpenConversation, model_server: ModelServer, chat_server: LiveServer, settings: Settings
) -> None:
    """A client that resumes in the middle of an answer: the sweep must not start the answer again for it."""
    settings.SWEEP_SECONDS = 0.0
    model_server.script(tokens=60, gate="")
    socket = conversation.socket
    answer_id = (await socket.ask("Go"))["reply"]["id"]
    for length in range(1, 31):
        model_server.open()
        await socket.read_until_length(answer_id, len(words(1, length)))
        socket = await conversation.come_back(socket, answer_id)
    model_server.open(30)
    assert (await socket.read_to_the_end(answer_id)).resets == 0
