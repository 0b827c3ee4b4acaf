"""Endless request bodies, and responses that no client reads."""

import asyncio
import shutil
import socket
import tempfile
import time
from contextlib import ExitStack

from attacks.attack import Finding, at_most, attack, in_a_thread, must_be
from attacks.target import Target
from testkit.api_user import ApiUser
from testkit.raw_connections import Flood, flood, open_connection, try_to

BODY_BYTES_PER_SECOND = 300_000_000
BODY_SECONDS = 4.0
TAKEN_MIB = 16
UNREAD_REQUESTS = 80
UNREAD_SECONDS = 15.0
ANSWERS = 8
MIB = 1024 * 1024


@attack("endless-body")
@in_a_thread
def send_an_endless_body(target: Target) -> list[Finding]:
    """An endless body at 300 MB/s, to a URL that does not exist, from a client that has not signed in."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    outcome = _send_chunks(target, b"10000\r\n" + bytes(65536) + b"\r\n", BODY_BYTES_PER_SECOND, BODY_SECONDS)
    used = (free - shutil.disk_usage(tempfile.gettempdir()).free) / MIB
    return [
        must_be("status of the response", outcome.response[9:12].decode(), "413"),
        at_most("body sent", outcome.sent / MIB, TAKEN_MIB, "MiB"),
        at_most("written to disk", max(used, 0), TAKEN_MIB, "MiB"),
    ]


@attack("tiny-chunks")
async def send_tiny_chunks(target: Target) -> list[Finding]:
    """A body in chunks of one byte, at 2 MB/s, on ten connections."""
    floods = [asyncio.to_thread(_send_chunks, target, b"1\r\nx\r\n" * 10_000, 2_000_000, 8) for _ in range(10)]
    outcomes = await asyncio.gather(*floods)
    return [must_be("connections closed", sum(outcome.closed_after is not None for outcome in outcomes), 10)]


def _send_chunks(target: Target, chunk: bytes, rate: float, seconds: float) -> Flood:
    """Send chunks of a body to a URL that does not exist."""
    with open_connection(target.host, target.port) as connection:
        connection.sendall(b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        return flood(connection, chunk, rate=rate, seconds=seconds)


@attack("unread-pages", max_memory_mib=256)
async def ask_for_pages_and_read_nothing(target: Target) -> list[Finding]:
    """80 requests of one user for a page of long messages, whose responses the client does not read."""
    attacker = ApiUser(target, "attacker")
    await attacker.sign_up()
    conversation_id = await attacker.new_conversation()
    chat = await attacker.enter(conversation_id)
    for _ in range(ANSWERS):  # Of about 1 MB.
        await chat.ask_to_the_end("[[tokens=140000]] [[no_stream]] Go")
    await chat.connection.close()
    target.restart_measuring()
    request = (
        f"GET /api/conversations/{conversation_id}/messages?page_size=100 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {attacker.access}\r\n\r\n"
    ).encode()

    def send_requests() -> int:
        with ExitStack() as stack:
            requests = 0
            for _ in range(UNREAD_REQUESTS):
                connection = try_to(lambda: open_connection(target.host, target.port, receive_buffer=4096))
                if connection is not None:
                    stack.enter_context(connection)
                    requests += _send(connection, request)
            time.sleep(UNREAD_SECONDS)
            return requests

    return [must_be("requests sent", await asyncio.to_thread(send_requests), UNREAD_REQUESTS)]


def _send(connection: socket.socket, request: bytes) -> bool:
    return try_to(lambda: connection.send(request)) == len(request)
