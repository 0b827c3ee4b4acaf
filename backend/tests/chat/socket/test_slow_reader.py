"""Clients that read nothing: they delay no other client, are dropped, and lose nothing.

See docs/protocol.md: P-2.7, P-5.14.
"""

import asyncio
import socket as sockets

import pytest
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser, pause
from testkit.socket_client import ChatSocket
from tests.chat.socket.conversations import OpenConversation, assert_stored, read_whole

# More than the buffers between the two ends hold: in the two sockets, in uvloop and in the client's library.
TEXT = "".join(f"{number:09} " for number in range(120_000))


async def open_lazily(conversation: OpenConversation) -> ChatSocket:
    """Open a socket that reads a little, then nothing until told to."""
    end = sockets.socket()
    end.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    end.setblocking(False)
    server = conversation.user.server.url.removeprefix("http://").split(":")
    await asyncio.get_running_loop().sock_connect(end, (server[0], int(server[1])))
    return await conversation.user.connect(conversation.id, sock=end, max_queue=2, ping_interval=None)


@pytest.fixture
async def conversation(
    server_with_small_buffer: LiveServer, user: SignedInUser, settings: Settings
) -> OpenConversation:
    settings.MAX_ANSWER_LENGTH = len(TEXT)
    return await OpenConversation.open(user, title="Mine")


async def test_a_client_that_reads_nothing_is_dropped_and_can_resume(
    conversation: OpenConversation, model_server: ModelServer, settings: Settings
) -> None:
    settings.SOCKET_SEND_TIMEOUT = 4
    text = TEXT[: len(TEXT) * 2 // 3]
    settings.SOCKETS_PER_USER = 2
    lazy = await open_lazily(conversation)
    await lazy.sign_in(conversation.user.access)
    model_server.script(text=text, no_stream=True)
    answer_id = (await conversation.socket.ask("Go"))["reply"]["id"]
    await lazy.expect("chat.accepted")
    # Other clients are not delayed.
    answer = await conversation.socket.read_to_the_end(answer_id)
    assert answer.content == text
    await conversation.socket.drop()
    await wait_until_dropped(conversation)
    # Without a close frame, which the client would not read either.
    assert await lazy.expect_close() == 1006
    had = lazy.answer(answer_id)
    assert len(had.content) < len(text)
    back = await conversation.come_back(lazy, answer_id)
    again = await read_whole(back, answer_id, text)
    await assert_stored(conversation, again, "complete")


async def wait_until_dropped(conversation: OpenConversation) -> None:
    """Return when the server has dropped the socket: one of this user's two places is free, then the other."""
    first = await conversation.enter()
    while True:
        second = await conversation.user.connect(conversation.id)
        await second.send("auth", token=conversation.user.access)
        if (await second.receive())["type"] == "auth.success":
            break
        await pause()
    for socket in (first, second):
        await socket.connection.close()


async def test_a_slow_client_receives_everything_after_a_stop(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    """A slow client stops an answer that has already ended: it receives the whole answer, then the end."""
    lazy = await open_lazily(conversation)
    await lazy.sign_in(conversation.user.access)
    model_server.script(text=TEXT, no_stream=True)
    answer_id = (await lazy.ask("Go"))["reply"]["id"]
    await conversation.socket.read_to_the_end(answer_id)
    await lazy.send("chat.stop")
    answer = lazy.answer(answer_id)
    while not answer.ended:
        await lazy.receive()
        if len(answer.content) < len(TEXT) // 4:
            await conversation.user.call("GET", "/auth/me")  # The server can do a lot between two frames.
    assert answer.content == TEXT
    assert answer.resets == 0
