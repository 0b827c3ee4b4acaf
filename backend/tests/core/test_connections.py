"""Limits of request heads and bodies, and of connections (docs/api.md: A-1.9 to A-1.12, A-1.19)."""

import asyncio
import json
import socket
from contextlib import ExitStack, suppress
from typing import Any
from unittest.mock import Mock

import pytest
import uvicorn
from pytest_django import Settings
from uvicorn.server import ServerState

from server.http_protocol import ChatHttpProtocol
from testkit.live import LiveServer, SignedInUser
from testkit.raw_connections import PATIENCE_SECONDS, open_connection, receive_until, upgrade_request, wait_until_closed
from tests.users.devices import fresh_address

pytestmark = pytest.mark.store_independent

MANY = "".join(f"X-{number}: 1\r\n" for number in range(130))
LONG = f"X-Long: {'a' * 40_000}\r\n"
LONG_LINE = f"X-Long: {'a' * 9_000}\r\n"


def encode_get(more: str = "", path: str = "/api/health/live") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n".encode()


async def ask(server: LiveServer, request: bytes) -> tuple[int, Any]:
    """Send `request` and read until the server closes; return the status and the JSON of the response."""
    head, _, body = (await asyncio.to_thread(exchange, server, request)).partition(b"\r\n\r\n")
    return int(head[9:12]), json.loads(body) if body else None


async def refused(server: LiveServer, request: bytes) -> str:
    """Send `request`, and return the status and the code of its refusal."""
    status, body = await ask(server, request)
    return f"{status} {body['code']}"


def exchange(server: LiveServer, request: bytes) -> bytes:
    with open_connection("127.0.0.1", server.port) as connection:
        with suppress(OSError):  # It may be refused before it has been sent.
            connection.sendall(request)
        received = b""
        while piece := receive(connection):
            received += piece
        return received


def receive(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65536)
    except ConnectionResetError:
        return b""


def head_with_hosts(hosts: str, more: str = "") -> bytes:
    return f"GET /api/health/live HTTP/1.1\r\n{hosts}{more}\r\n".encode()


UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
TWO_HOSTS = "Host: localhost\r\nHost: localhost\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n"
REFUSED = {
    "many": (encode_get(MANY), "431 HEADERS_TOO_LARGE"),
    "long": (encode_get(LONG), "431 HEADERS_TOO_LARGE"),
    "address": (encode_get(path="/" + "a" * 40_000), "431 HEADERS_TOO_LARGE"),
    "endless": (b"GET / HTTP/1.1\r\nX-Endless: " + b"a" * 200_000, "431 HEADERS_TOO_LARGE"),
    "upgrade, many": (upgrade_request("localhost", 80, more=MANY), "431 HEADERS_TOO_LARGE"),
    "upgrade, long": (upgrade_request("localhost", 80, more=LONG), "431 HEADERS_TOO_LARGE"),
    "upgrade, long line": (upgrade_request("localhost", 80, more=LONG_LINE), "431 HEADERS_TOO_LARGE"),
    "trailers": (encode_get(CHUNKED) + f"0\r\n{MANY}\r\n".encode(), "431 HEADERS_TOO_LARGE"),
    "upgrade with a body": (upgrade_request("localhost", 80, more="Content-Length: 5\r\n"), "400 BAD_REQUEST"),
    "upgrade with chunks": (upgrade_request("localhost", 80, more=CHUNKED), "400 BAD_REQUEST"),
    "no host": (head_with_hosts(""), "400 BAD_REQUEST"),
    "two hosts": (head_with_hosts(TWO_HOSTS), "400 BAD_REQUEST"),
    "upgrade without host": (head_with_hosts("", UPGRADE), "400 BAD_REQUEST"),
    "upgrade with two hosts": (head_with_hosts(TWO_HOSTS, UPGRADE), "400 BAD_REQUEST"),
    "very many chunks": (
        encode_get(CHUNKED, "/api/auth/register").replace(b"GET", b"POST") + b"1\r\n \r\n" * 20_000,
        "413 TOO_LARGE",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_malformed_or_oversized_request_is_refused(chat_server: LiveServer, name: str) -> None:
    request, refusal = REFUSED[name]
    assert await refused(chat_server, request) == refusal


async def test_http_1_0_needs_no_host(chat_server: LiveServer) -> None:
    assert (await ask(chat_server, b"GET /api/health/live HTTP/1.0\r\n\r\n"))[0] == 200


async def test_a_large_head_is_served(chat_server: LiveServer) -> None:
    more = "".join(f"X-{number}: {'a' * 300}\r\n" for number in range(95))
    assert (await ask(chat_server, encode_get(f"{more}Connection: close\r\n")))[0] == 200


@pytest.mark.parametrize("beginning", [b"", b"GET / HTTP/1.1\r\nHost: local", b"\r\n"], ids=["none", "half", "blank"])
async def test_a_late_head_ends_the_connection(chat_server: LiveServer, settings: Settings, beginning: bytes) -> None:
    settings.REQUEST_HEAD_TIMEOUT = 0.5
    assert await refused(chat_server, beginning) == "408 REQUEST_TIMEOUT"


async def test_a_late_second_head_ends_the_connection(chat_server: LiveServer, settings: Settings) -> None:
    def begin_again() -> float | None:
        with open_connection("127.0.0.1", chat_server.port) as connection:
            connection.sendall(encode_get())
            assert b"alive" in receive_until(connection, b"alive")
            settings.REQUEST_HEAD_TIMEOUT = 0.5  # The first head may take its time.
            connection.sendall(b"GET / HT")
            return wait_until_closed(connection, PATIENCE_SECONDS)

    assert await asyncio.to_thread(begin_again) is not None


async def test_a_late_body_ends_the_connection(chat_server: LiveServer, settings: Settings) -> None:
    settings.REQUEST_BODY_TIMEOUT = 0.5
    head = "Content-Type: application/json\r\nContent-Length: 100\r\n"
    request = encode_get(head, "/api/auth/register").replace(b"GET", b"POST") + b'{"username"'
    assert await refused(chat_server, request) == "408 REQUEST_TIMEOUT"


async def test_a_trailer_does_not_count_as_a_header(chat_server: LiveServer, user: SignedInUser) -> None:
    head = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"
    authorization = f"Authorization: Bearer {user.access}\r\n"

    async def create(header: str, trailer: str) -> bytes:
        request = encode_get(head + header, "/api/conversations/").replace(b"GET", b"POST")
        return await asyncio.to_thread(exchange, chat_server, request + f"2\r\n{{}}\r\n0\r\n{trailer}\r\n".encode())

    assert (await create(authorization, "")).startswith(b"HTTP/1.1 201 ")
    assert (await create("", authorization)).startswith(b"HTTP/1.1 401 ")
    assert (await create(authorization, "Host: elsewhere\r\n")).startswith(b"HTTP/1.1 201 ")


async def test_pipelined_requests_are_answered_in_order(chat_server: LiveServer) -> None:
    five = encode_get() * 4 + encode_get("Connection: close\r\n")
    assert (await asyncio.to_thread(exchange, chat_server, five)).count(b"HTTP/1.1 200 OK") == 5


async def test_a_client_network_has_a_rate_of_handshakes(chat_server: LiveServer, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1", "127.0.0.2"]
    settings.SOCKET_HANDSHAKE_RATE = "2/600"
    one, other = fresh_address(), fresh_address()

    def shake_hands(address: str) -> bytes:
        with open_connection("127.0.0.1", chat_server.port) as connection:
            connection.settimeout(PATIENCE_SECONDS)
            connection.sendall(upgrade_request("localhost", 80, more=f"X-Forwarded-For: {address}\r\n"))
            return connection.recv(4096)

    responses = [await asyncio.to_thread(shake_hands, address) for address in (one, one, one, other)]

    assert [response[9:12] for response in responses] == [b"101", b"101", b"429", b"101"]
    assert b"retry-after: " in responses[2]
    assert b"RATE_LIMIT_EXCEEDED" in responses[2]


async def test_too_many_pipelined_requests_end_the_connection(chat_server: LiveServer) -> None:
    def flood() -> float | None:
        with open_connection("127.0.0.1", chat_server.port) as connection:
            connection.sendall(encode_get() * 500)
            return wait_until_closed(connection, PATIENCE_SECONDS)

    assert await asyncio.to_thread(flood) is not None


def open_from(server: LiveServer, source: str) -> socket.socket:
    return open_connection("127.0.0.1", server.port, source=source)


async def test_connections_of_one_network_are_limited(
    chat_server: LiveServer, user: SignedInUser, settings: Settings
) -> None:
    settings.CONNECTIONS_PER_CLIENT = 3

    def try_four() -> bytes:
        with ExitStack() as stack:
            for _ in range(3):
                stack.enter_context(open_from(chat_server, "127.0.0.9"))
            with open_from(chat_server, "127.0.0.9") as fourth:
                return fourth.recv(4096)

    def wait_until_served() -> None:
        while True:
            with open_from(chat_server, "127.0.0.9") as connection:
                connection.sendall(encode_get())
                if b" 200 " in receive(connection):
                    return

    four = asyncio.create_task(asyncio.to_thread(try_four))
    await user.call("GET", "/health/live", expect=200)  # From another address.
    assert b" 503 " in await four
    await asyncio.to_thread(wait_until_served)


def reading_transport() -> Mock:
    """Return a transport that reads on although it was paused in `connection_made`, as uvloop's do."""
    transport = Mock(spec=asyncio.Transport)
    transport.get_extra_info.side_effect = {"peername": ("127.0.0.9", 1), "sockname": ("127.0.0.1", 80)}.get
    transport.is_closing.return_value = False
    transport.get_write_buffer_size.return_value = 0
    return transport


async def test_a_connection_without_a_slot_is_not_served(settings: Settings) -> None:
    settings.CONNECTIONS_PER_CLIENT = 0
    served: list[object] = []

    async def application(scope: object, *_: object) -> None:
        served.append(scope)

    config = uvicorn.Config(application, lifespan="off", log_config=None)
    config.load()
    protocol = ChatHttpProtocol(config, ServerState(), {})
    transport = reading_transport()
    transport.get_protocol.return_value = protocol
    protocol.connection_made(transport)
    protocol.data_received(encode_get())
    await asyncio.sleep(0)
    assert transport.write.call_args_list[0].args[0].startswith(b"HTTP/1.1 503 ")
    assert not served
    protocol.connection_lost(None)


async def test_a_trusted_proxy_does_not_count_as_one_client(chat_server: LiveServer, settings: Settings) -> None:
    settings.CONNECTIONS_PER_CLIENT = 1
    settings.TRUSTED_PROXIES = ["127.0.0.9"]

    def open_three() -> list[bytes]:
        with ExitStack() as stack:
            opened = [stack.enter_context(open_from(chat_server, "127.0.0.9")) for _ in range(3)]
            for connection in opened:
                connection.sendall(encode_get())
            return [connection.recv(4096)[9:12] for connection in opened]

    assert await asyncio.to_thread(open_three) == [b"200"] * 3
