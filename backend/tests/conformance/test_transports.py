"""Connections of the suite and of the tests that the server closes while they send."""

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from conformance.connection import Connection
from conformance.violations import ClosedError
from testkit.live import until
from testkit.socket_client import ChatSocket

pytestmark = pytest.mark.store_independent

CLOSE_1008 = b"\x88\x02" + (1008).to_bytes(2)
MORE_THAN_BUFFERS_HOLD = "x" * 16_000_000
WEBSOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455, section 1.3."""

type Use = Callable[[str], Awaitable[None]]


async def use_connection(url: str) -> None:
    connection = await Connection.open(url, patience=40)
    with pytest.raises(ClosedError) as closed:
        await send_without_end(connection.send_text, connection.socket)
    assert closed.value.code == 1008
    await connection.close()
    await connection.cut()


async def use_chat_socket(url: str) -> None:
    socket = await ChatSocket.open(url)
    with pytest.raises(ConnectionClosed):
        await send_without_end(socket.send_text, socket.connection)
    await socket.drop()


async def send_without_end(send: Callable[[str], Awaitable[None]], socket: ClientConnection) -> None:
    while True:
        await send(MORE_THAN_BUFFERS_HOLD)
        await socket.wait_closed()


@pytest.mark.parametrize("use", [use_connection, use_chat_socket])
async def test_a_connection_that_is_closed_while_it_sends_counts_as_closed(use: Use) -> None:
    """The server has sent all it will when the client still has text to write; it then reads that text."""
    served = asyncio.Future[None]()

    async def close_and_read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(accept_handshake(await reader.readuntil(b"\r\n\r\n")))
        await reader.readexactly(1)
        writer.write(CLOSE_1008)
        writer.write_eof()
        while await reader.read(1_000_000):
            pass
        writer.close()
        await writer.wait_closed()
        served.set_result(None)

    async with await asyncio.start_server(close_and_read, "127.0.0.1", 0) as server:
        await use(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/ws/chat/1/")
        await until(served.done, "the end of the connection")


def accept_handshake(request: bytes) -> bytes:
    (key,) = (line.split()[1] for line in request.splitlines() if line.lower().startswith(b"sec-websocket-key:"))
    accept = base64.b64encode(hashlib.sha1(key + WEBSOCKET_GUID, usedforsecurity=False).digest())
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n"
    )
