"""Endless request bodies, and responses that no client reads."""

import asyncio
import json
import secrets
import shutil
import socket
import tempfile
import time
from contextlib import ExitStack
from typing import Any

import aiohttp

from attacks.attack import Finding, at_most, attack, must_be
from attacks.target import Target
from testkit.raw_connections import flood, open_connection, try_to
from testkit.socket_client import ChatSocket

BODY_BYTES_PER_SECOND = 300_000_000
BODY_SECONDS = 4.0
TAKEN_MIB = 16
UNREAD_REQUESTS = 80
UNREAD_SECONDS = 15.0
ANSWERS = 8
MIB = 1024 * 1024


@attack("endless-body")
async def send_an_endless_body(target: Target) -> list[Finding]:
    """An endless body at 300 MB/s, to a URL that does not exist, from a client that has not signed in."""

    def attack_it() -> tuple[float, bytes, float]:
        free = shutil.disk_usage(tempfile.gettempdir()).free
        with open_connection(target.host, target.port) as connection:
            connection.sendall(b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
            chunk = b"10000\r\n" + bytes(65536) + b"\r\n"
            outcome = flood(connection, chunk, rate=BODY_BYTES_PER_SECOND, seconds=BODY_SECONDS)
        used = (free - shutil.disk_usage(tempfile.gettempdir()).free) / MIB
        return outcome.sent / MIB, outcome.answer, used

    sent, answer, used = await asyncio.to_thread(attack_it)
    return [
        must_be("status of the response", answer[9:12].decode(), "413"),
        at_most("body read", sent, TAKEN_MIB, "MiB"),
        at_most("written to disk", max(used, 0), TAKEN_MIB, "MiB"),
    ]


@attack("tiny-chunks")
async def send_tiny_chunks(target: Target) -> list[Finding]:
    """A body in chunks of one byte, at 2 MB/s, on ten connections."""

    def attack_it() -> bool:
        with open_connection(target.host, target.port) as connection:
            connection.sendall(b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
            outcome = flood(connection, b"1\r\nx\r\n" * 10_000, rate=2_000_000, seconds=8)
        return outcome.closed_after is not None

    outcomes = await asyncio.gather(*(asyncio.to_thread(attack_it) for _ in range(10)))
    return [must_be("connections closed", sum(outcomes), 10)]


@attack("unread-pages", memory_mib=256)
async def ask_for_pages_and_read_nothing(target: Target) -> list[Finding]:
    """80 requests of one user for a page of long messages, whose responses the client does not read."""
    access, conversation_id = await _write_long_answers(target)
    target.begin_measuring()
    request = (
        f"GET /api/conversations/{conversation_id}/messages?page_size=100 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {access}\r\n\r\n"
    ).encode()

    def attack_it() -> int:
        with ExitStack() as stack:
            asked = 0
            for _ in range(UNREAD_REQUESTS):
                connection = try_to(lambda: open_connection(target.host, target.port, receive_buffer=4096))
                if connection is not None:
                    stack.enter_context(connection)
                    asked += _send(connection, request)
            time.sleep(UNREAD_SECONDS)
            return asked

    return [must_be("requests sent", await asyncio.to_thread(attack_it), UNREAD_REQUESTS)]


def _send(connection: socket.socket, request: bytes) -> bool:
    return try_to(lambda: connection.send(request)) == len(request)


async def _write_long_answers(target: Target) -> tuple[str, str]:
    """Return an access token, and a conversation with eight answers of about 1 MB."""
    account = {"username": "attacker", "email": "attacker@example.org", "password": secrets.token_urlsafe(24)}
    async with aiohttp.ClientSession() as http:
        await _post(http, target, "/auth/register", account)
        access = str((await _post(http, target, "/auth/token/pair", account))["access"])
        headers = {"Authorization": f"Bearer {access}"}
        conversation_id = str((await _post(http, target, "/conversations/", {}, headers))["id"])
    chat = await ChatSocket.open(f"{target.url.replace('http', 'ws', 1)}/ws/chat/{conversation_id}/")
    await chat.sign_in(access)
    for _ in range(ANSWERS):
        await chat.ask_to_the_end("[[tokens=140000]] [[no_stream]] Go")
    await chat.connection.close()
    return access, conversation_id


async def _post(
    http: aiohttp.ClientSession, target: Target, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
) -> dict[str, Any]:
    async with http.post(f"{target.url}/api{path}", json=body, headers=headers) as response:
        response.raise_for_status()
        answer: dict[str, Any] = json.loads(await response.text())
        return answer
