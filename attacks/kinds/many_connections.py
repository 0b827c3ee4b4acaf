"""Many connections of one user or client network: beyond their limit, or left immediately."""

import asyncio
import secrets
import socket
import time
from collections import Counter
from contextlib import ExitStack, suppress
from http import HTTPStatus
from uuid import uuid4

import aiohttp
from websockets.exceptions import ConnectionClosed

from attacks.attack import Finding, at_most, attack, in_a_thread, must_be
from attacks.client import attacking_session, attacking_user
from attacks.target import Target
from testkit.api_user import ApiUser
from testkit.raw_connections import SOURCE, open_connection, upgrade_request
from testkit.socket_client import ChatSocket

OPENED, ALLOWED = 600, 512
CALLS = 60
HANDSHAKES, HANDSHAKE_SECONDS = 40, 10.0
MAX_ACCEPTED = 750
"""A burst of 600, and 10 a second."""

PATIENCE_SECONDS = 10.0
SOCKETS_OF_ONE_NETWORK, WAITING_ALLOWED = 200, 50
SOCKETS_OF_ONE_USER, SIGNED_IN_ALLOWED = 80, 20


@attack("connections-beyond-the-limit")
@in_a_thread
def open_connections_beyond_the_limit(target: Target) -> list[Finding]:
    """600 connections of one network with a request each; 512 are allowed."""
    request = f"GET /api/health/live HTTP/1.1\r\nHost: {target.host}\r\n\r\n".encode()
    with ExitStack() as stack:
        opened = [stack.enter_context(open_connection(target.host, target.port)) for _ in range(OPENED)]
        for connection in opened:
            with suppress(OSError):
                connection.sendall(request)
        statuses = Counter(_status(connection) for connection in opened)
    return [
        must_be("connections served", statuses[b"200"], ALLOWED),
        must_be("connections that got no answer but 503", statuses[b"503"] + statuses[b""], OPENED - ALLOWED),
    ]


def _status(connection: socket.socket) -> bytes:
    """Return the status of the first response; empty if the connection was reset before it could be read."""
    connection.settimeout(PATIENCE_SECONDS)
    try:
        return connection.recv(4096)[9:12]
    except OSError:
        return b""


@attack("leaving-programs", settings={"MESSAGE_RATE": "off"})
async def leave_streamed_calls(target: Target) -> list[Finding]:
    """60 streamed calls through `/v1` whose client leaves before the response begins; then a client that stays."""
    async with attacking_user(target) as attacker, attacking_session() as http:
        key = (await attacker.call("POST", "/keys/", {"name": "attack"}, expect=201))["key"]
        headers = {"Authorization": f"Bearer {key}"}
        url = f"{target.url}/v1/chat/completions"
        body = {
            "model": "fake-model",
            "stream": True,
            "messages": [{"role": "user", "content": "[[tokens=5]] Go"}],
        }
        for number in range(CALLS):
            with suppress(TimeoutError, aiohttp.ClientError):
                # From immediately to about when the response begins.
                timeout = aiohttp.ClientTimeout(total=0.001 + number % 10 * 0.01)
                async with http.post(url, json=body, headers=headers, timeout=timeout):
                    pass
        over = time.monotonic() + PATIENCE_SECONDS * 2
        status = 0
        while status != HTTPStatus.OK and time.monotonic() < over:
            async with http.post(url, json=body, headers=headers) as response:
                status = response.status
                await response.read()
            await asyncio.sleep(0.5)
    return [must_be("status of a call afterwards", status, int(HTTPStatus.OK))]


@attack("handshake-flood")
async def shake_hands_without_pause(target: Target) -> list[Finding]:
    """40 clients of one network open WebSockets without pause, and leave each after the handshake."""
    request = upgrade_request(target.host, target.port)
    deadline = time.monotonic() + HANDSHAKE_SECONDS
    statuses: Counter[bytes] = Counter()

    async def shake_hands() -> None:
        while time.monotonic() < deadline:
            with suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection(target.host, target.port, local_addr=(SOURCE, 0))
                writer.write(request)
                statuses[(await reader.readuntil(b"\r\n"))[9:12]] += 1
                writer.transport.abort()

    await asyncio.gather(*(shake_hands() for _ in range(HANDSHAKES)))
    return [at_most("handshakes accepted", statuses[b"101"], MAX_ACCEPTED, "handshakes")]


@attack("one-ipv6-network", settings={"TRUSTED_PROXIES": "127.0.0.1"})
async def connect_from_every_address_of_a_network(target: Target) -> list[Finding]:
    """200 sockets that never sign in, each from another address of one /64."""
    stranger = ApiUser(target, "stranger")
    sockets = []
    for _ in range(SOCKETS_OF_ONE_NETWORK):
        forwarded = {"X-Forwarded-For": f"2001:db8:1:2::{secrets.randbits(16):x}:{secrets.randbits(16):x}"}
        sockets.append(await stranger.connect(uuid4(), additional_headers=forwarded))
    are_open = await asyncio.gather(*(_is_answered(socket, "pong", "ping") for socket in sockets))
    await asyncio.gather(*(socket.connection.close() for socket in sockets))
    return [at_most("sockets that stay open", sum(are_open), WAITING_ALLOWED, "sockets")]


@attack("two-workers", settings={"WEB_CONCURRENCY": "2"}, max_memory_mib=128, with_services=True)
async def connect_to_every_worker(target: Target) -> list[Finding]:
    """80 sockets that sign in as one user, on two workers."""
    attacker = ApiUser(target, "attacker")
    await attacker.sign_up()
    conversation_id = await attacker.new_conversation()
    # So many sockets that have not signed in also exceed the limit of one network.
    sockets = [await attacker.connect(conversation_id) for _ in range(SOCKETS_OF_ONE_USER)]
    signing_in = (_is_answered(socket, "auth.success", "auth", token=attacker.access) for socket in sockets)
    are_open = await asyncio.gather(*signing_in)
    await asyncio.gather(*(socket.connection.close() for socket in sockets))
    return [must_be("sockets that are signed in", sum(are_open), SIGNED_IN_ALLOWED)]


async def _is_answered(socket: ChatSocket, response: str, command: str, **fields: str) -> bool:
    """Send a command, and return whether the next frame is its response; the server may have closed the socket."""
    try:
        await socket.send(command, **fields)
        return bool((await socket.receive())["type"] == response)
    except ConnectionClosed:
        return False
