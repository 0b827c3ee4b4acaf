"""Readers that take nothing: they hold up nobody, are given up, and lose nothing (PROTOCOL.md sections 2 and 5)."""

import asyncio
import socket as sockets

import pytest
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed

from tests.chat.socket.rooms import Room, assert_stored
from tests.fakes.model_server import ModelServer
from tests.live import Person
from tests.socket_client import ChatSocket

# More than the buffers between a server and a reader with a small window take in.
TEXT = "".join(f"{number:09} " for number in range(300_000))


async def open_lazily(room: Room) -> ChatSocket:
    """Open a socket that reads a little and then nothing more until it is asked."""
    end = sockets.socket()
    end.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    end.setblocking(False)  # noqa: FBT003
    server = room.person.server.url.removeprefix("http://").split(":")
    await asyncio.get_running_loop().sock_connect(end, (server[0], int(server[1])))
    return await room.person.connect(room.id, sock=end, max_queue=2, ping_interval=None)


@pytest.fixture
async def room(person: Person) -> Room:
    return await Room.open(person, title="Mine")


async def test_given_up_and_comes_back(room: Room, model_server: ModelServer, settings: Settings) -> None:
    settings.SOCKET_SEND_TIMEOUT = 2
    model_server.script(text=TEXT[:10_000])
    await room.socket.ask_to_the_end("Warm up")
    lazy = await open_lazily(room)
    await lazy.sign_in(room.person.access)
    model_server.script(text=TEXT, no_stream=True)
    answer_id = (await room.socket.ask("Go"))["reply"]["id"]
    await lazy.expect("chat.accepted")
    # The others are not held up.
    answer = await room.socket.read_to_the_end(answer_id)
    assert answer.content == TEXT
    # Given up: the transport is gone, without a close frame.
    with pytest.raises(ConnectionClosed):
        while True:
            await given_up(lazy)
    assert lazy.connection.close_code == 1006
    had = lazy.answer(answer_id)
    assert len(had.content) < len(TEXT)
    back = await room.come_back(lazy, answer_id)
    again = await back.read_to_the_end(answer_id)
    assert again.content == TEXT
    assert again.resets == 0
    await assert_stored(room, again, "complete")


async def given_up(lazy: ChatSocket) -> None:
    """Wait, reading nothing, until the server has cut the line; then read what had arrived."""
    while not lazy.connection.transport.is_closing():
        await asyncio.sleep(0.05)
    await lazy.receive()
