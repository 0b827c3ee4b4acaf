"""The end of a refused connection: its client reads the response, however much it still sends (docs/api.md: A-1.12)."""

import asyncio
import socket

import pytest
from pytest_django import Settings

from testkit.live import LiveServer, SignedInUser, pause
from testkit.raw_connections import masked_frame, open_connection, open_websocket, receive_until

pytestmark = pytest.mark.store_independent

MORE_THAN_BUFFERS = 16 * 1024 * 1024
"""Bytes that are not sent unless the server reads them."""


def head(method: str, path: str, more: str = "") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n".encode()


ENDLESS = {
    "body": (head("POST", "/api/auth/register", "Transfer-Encoding: chunked\r\n"), b"1\r\n \r\n", b"HTTP/1.1 413 "),
    "head": (b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X-More: 1\r\n", b"HTTP/1.1 431 "),
    "nonsense": (b"", b"nonsense\r\n", b"HTTP/1.1 400 "),
}


def read_all(connection: socket.socket) -> bytes:
    received = b""
    while piece := connection.recv(65536):
        received += piece
    return received


@pytest.mark.parametrize("name", ENDLESS)
async def test_a_client_that_only_reads_when_it_has_sent_all_gets_its_refusal(
    chat_server: LiveServer, name: str
) -> None:
    first, piece, response = ENDLESS[name]

    def send_all() -> bytes:
        with open_connection("127.0.0.1", chat_server.port) as connection:
            connection.sendall(first + piece * (MORE_THAN_BUFFERS // len(piece)))
            return read_all(connection)

    assert (await asyncio.to_thread(send_all)).startswith(response)


async def test_a_client_that_only_reads_when_it_has_flooded_a_socket_gets_close_1008(chat_server: LiveServer) -> None:
    frame = masked_frame(0x89)

    def send_all() -> bytes:
        with open_websocket("127.0.0.1", chat_server.port) as connection:
            connection.sendall(frame * (MORE_THAN_BUFFERS // len(frame)))
            return read_all(connection)

    assert (await asyncio.to_thread(send_all)).endswith(b"\x88\x02\x03\xf0")


async def test_a_refused_connection_is_not_read_without_end(chat_server: LiveServer, settings: Settings) -> None:
    settings.MAX_DROPPED_BYTES = 0
    settings.LINGER_SECONDS = 2.0

    def send_all() -> None:
        with open_connection("127.0.0.1", chat_server.port) as connection:
            connection.sendall(b"nonsense\r\n" + bytes(MORE_THAN_BUFFERS))

    with pytest.raises(ConnectionError):
        await asyncio.to_thread(send_all)


async def test_a_refused_body_may_still_be_sent_on_a_connection_that_closes(chat_server: LiveServer) -> None:
    """Such a client would fail to send, and lose the response, if the server closed with unread data."""
    size = 1_000_000
    fields = f"Content-Type: application/json\r\nConnection: close\r\nContent-Length: {size}\r\n"

    def refuse() -> bytes:
        with open_connection("127.0.0.1", chat_server.port) as connection:
            connection.sendall(head("POST", "/api/auth/register", fields))
            received = read_all(connection)
            for _ in range(10):
                connection.sendall(b" " * (size // 10))
            return received

    received = await asyncio.to_thread(refuse)
    assert received.startswith(b"HTTP/1.1 413 ")
    assert b"TOO_LARGE" in received


async def test_a_refusal_does_not_interrupt_an_earlier_response(chat_server: LiveServer, user: SignedInUser) -> None:
    stream = head("GET", "/api/events", f"Authorization: Bearer {user.access}\r\n")

    def pipeline() -> bytes:
        with open_connection("127.0.0.1", chat_server.port) as connection:
            connection.sendall(stream)
            received = receive_until(connection, b"data: ")
            connection.sendall(head("GET", "/api/health/live") + b"nonsense\r\n\r\n")
            return received + read_all(connection)

    received = await asyncio.to_thread(pipeline)
    assert received.count(b"HTTP/1.1") == 1
    assert b"HTTP/1.1 200 " in received


async def test_a_stream_ends_with_its_connection_although_a_request_waits_behind_it(
    chat_server: LiveServer, user: SignedInUser, settings: Settings
) -> None:
    settings.SOCKETS_PER_USER = 1
    stream = head("GET", "/api/events", f"Authorization: Bearer {user.access}\r\n")

    def open_stream(more: bytes = b"") -> bytes:
        with open_connection("127.0.0.1", chat_server.port) as connection:
            connection.sendall(stream)
            received = receive_until(connection, b"data: ")
            connection.sendall(more)
            return received

    await asyncio.to_thread(open_stream, head("GET", "/api/health/live"))

    while b"TOO_MANY" in (received := await asyncio.to_thread(open_stream)):
        await pause()
    assert b"revision" in received
