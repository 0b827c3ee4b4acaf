"""The handshake: allowed hosts and origins, and the path of a socket (docs/protocol.md: P-2.1 to P-2.4)."""

import asyncio
import base64
import secrets
from uuid import uuid4

import pytest
from pytest_django import Settings

from testkit.live import LiveServer, SignedInUser
from testkit.socket_client import PATIENCE_SECONDS
from tests.chat.socket.conversations import OpenConversation, is_quiet

pytestmark = pytest.mark.store_independent

HEADERS = [
    # Of the connection and the body.
    *("Connection", "Content-Length", "Content-Type", "Expect", "Host", "Transfer-Encoding", "Upgrade"),
    # Of the client.
    *("Cookie", "Origin", "X-Request-ID"),
    # Of WebSocket.
    *("Sec-WebSocket-Extensions", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol", "Sec-WebSocket-Version"),
    # Of proxies.
    *("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Real-IP"),
    # Not names of headers.
    *("", "a b", "\u00e9", "\0"),
]
MALFORMED_VALUES = [
    # Origins and addresses.
    *("http://[", "http://[::1]:x", "https://:99999", "null", "[", "::ffff:1.2.3.4%eth0", "1.2.3.4:x"),
    # Characters, numbers and lengths.
    *("", ", ,", "\u00ff", "\0", "\t", '"', "-1", "9" * 30, "a" * 9000),
    # Values of headers with a grammar.
    *("refresh_token=a.b.c", "chunked, identity"),
    *("permessage-deflate;", "permessage-deflate; server_max_window_bits=99"),
    *("ai-chat.2026-12, ai-chat.2026-12", "ai-chat.\u00e9", "13, 8"),
]


async def shake_hands(server: LiveServer, path: str, *headers: str, host: str | None = None) -> int:
    """Send a handwritten handshake and return the HTTP status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host if host is not None else f'127.0.0.1:{server.port}'}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {base64.b64encode(secrets.token_bytes(16)).decode()}",
        *headers,
    )
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    async with asyncio.timeout(PATIENCE_SECONDS):
        status = int((await reader.readline()).split()[1])
    writer.close()
    return status


async def test_an_unknown_host_is_refused(chat_server: LiveServer) -> None:
    path = f"/ws/chat/{uuid4()}/"
    assert await shake_hands(chat_server, path) == 101
    assert await shake_hands(chat_server, path, host="localhost") == 101
    for host in ("evil.example", "127.0.0.1.evil.example", "", "[::1", "localhost:http", "a b", "\u00e9"):
        assert await shake_hands(chat_server, path, host=host) in {400, 403}, host


async def test_a_page_of_another_origin_is_refused(chat_server: LiveServer, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["http://localhost:5173"]
    path = f"/ws/chat/{uuid4()}/"
    for origin in (chat_server.url, chat_server.url.upper(), "http://localhost:5173"):
        assert await shake_hands(chat_server, path, f"Origin: {origin}") == 101, origin
    for origin in (
        "http://evil.example",
        "http://localhost:5174",
        "http://127.0.0.1",
        f"{chat_server.url}.evil.example",
        "null",
        "",
        "http://[",
        "http://[::1",
        "//",
        "\u00e9",
    ):
        assert await shake_hands(chat_server, path, f"Origin: {origin}") == 403, origin


async def test_a_page_of_another_origin_is_refused_on_every_path(chat_server: LiveServer) -> None:
    for path in ("/ws/chat/nonsense/", "/ws/nowhere/", "/"):
        assert await shake_hands(chat_server, path, "Origin: http://evil.example") == 403, path


async def test_no_path_causes_an_http_500(chat_server: LiveServer) -> None:
    names = ("/ws/chat/%ff%fe/", "/ws/chat/%00/", "/ws/%", "/ws/chat/" + "a" * 4000, "/ws/chat/?x=%ff", "//", "/ws//")
    for path in (*names, "/ws/chat/\u00ff/", "*", "nonsense"):
        assert await shake_hands(chat_server, path) < 500, path


@pytest.mark.usefixtures("no_error_logged")
async def test_no_header_causes_an_http_500(chat_server: LiveServer, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS = None
    for name in HEADERS:
        for value in MALFORMED_VALUES:
            assert await shake_hands(chat_server, "/ws/events/", f"{name}: {value}") < 500, (name, value)


async def test_a_socket_with_a_malformed_id_is_closed_with_4002(user: SignedInUser) -> None:
    for name in ("nonsense", "", "123", f"{uuid4()}0", f"{uuid4()}%0A", "%00", "é", "g" * 32, "1'OR'1"):
        socket = await user.connect(name)
        assert await socket.expect_close() == 4002, name
        assert socket.frames == []


async def test_a_socket_with_an_unknown_path_is_closed_with_4004(user: SignedInUser) -> None:
    server = user.server
    for path in ("/ws/", "/ws", "/ws/chat", "/ws/nowhere/", f"/ws/chat/{uuid4()}/more/", "/", "/api/conversations/"):
        socket = await user.connect_to(f"{server.socket_url}{path}")
        assert await socket.expect_close() == 4004, path
        assert socket.frames == []


async def test_the_id_may_be_in_any_case_and_the_last_slash_may_be_missing(conversation: OpenConversation) -> None:
    name = str(conversation.id)
    for path in (f"{name}/", name, name.upper(), f"{name.upper()}/", name.title()):
        socket = await conversation.user.connect_to(f"{conversation.user.server.socket_url}/ws/chat/{path}")
        await socket.sign_in(conversation.user.access)
        assert socket.auth_success["conversation_id"] == name
        assert await is_quiet(socket)


async def test_a_token_in_the_url_is_ignored(conversation: OpenConversation) -> None:
    user = conversation.user
    for query in (f"?token={user.access}", f"?access_token={user.access}"):
        socket = await user.connect_to(f"{user.server.socket_url}/ws/chat/{conversation.id}/{query}")
        await socket.send("chat.stop")
        assert (await socket.receive())["code"] == "AUTH_REQUIRED"
