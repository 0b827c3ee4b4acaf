"""Attempts to receive another user's frames, and to open more connections than one client may have."""

import asyncio
import secrets
from contextlib import suppress
from typing import Any
from uuid import uuid4

import aiohttp
from websockets.exceptions import ConnectionClosed

from attacks.attack import Finding, at_most, attack, must_be
from attacks.target import Target
from testkit.socket_client import ChatSocket
from testkit.stream_client import hang_up, open_stream

PASSWORD = "correct horse battery staple"  # noqa: S105  (of accounts that live for a minute)
LISTENERS = 10
CHANGES = 10
SOCKETS_OF_ONE_NETWORK = 200
WAITING_SOCKETS = 50
SOCKETS_OF_ONE_USER = 80
SIGNED_IN_SOCKETS = 20


@attack("foreign-id")
async def listen_with_the_id_of_another_user(target: Target) -> list[Finding]:
    """Sockets and event streams in a conversation that has the id of another user's."""
    shared_id, secret = str(uuid4()), secrets.token_hex(8)
    async with aiohttp.ClientSession(f"{target.url}/api/") as http:
        owner, attacker = [await _sign_up(http, name) for name in ("owner", "attacker")]
        for account in (owner, attacker):
            await _call(http, "POST", "conversations/", account, {"id": shared_id})
        waiting = [await _open_socket(target, shared_id) for _ in range(LISTENERS)]
        signed_in = [await _open_socket(target, shared_id) for _ in range(LISTENERS - 1)]
        for socket in signed_in:
            await socket.sign_in(attacker)
        stream = await open_stream(f"{target.url}/api/conversations/{shared_id}", attacker)
        await stream.expect("auth.success")
        for number in range(CHANGES):
            change = {"title": f"{secret} {number}", "system_prompt": f"{secret} {number}"}
            await _call(http, "PATCH", f"conversations/{shared_id}", owner, change)
        await _call(http, "PATCH", f"conversations/{shared_id}", attacker, {"title": "last"})
        for socket in (*signed_in, stream):
            await socket.expect("conversation.updated", title="last")
        for socket in waiting:
            await socket.send("ping")
            await socket.expect("pong")
        leaked = [frame for socket in (*waiting, *signed_in, stream) for frame in socket.frames if secret in str(frame)]
        await asyncio.gather(hang_up(stream), *(socket.connection.close() for socket in (*waiting, *signed_in)))
    return [must_be("frames of the other user", len(leaked), 0)]


@attack("one-ipv6-network", settings={"TRUSTED_PROXIES": "127.0.0.1"})
async def connect_from_every_address_of_a_network(target: Target) -> list[Finding]:
    """200 sockets that never sign in, each from another address of one /64."""
    sockets = []
    for _ in range(SOCKETS_OF_ONE_NETWORK):
        forwarded = {"X-Forwarded-For": f"2001:db8:1:2::{secrets.randbits(16):x}:{secrets.randbits(16):x}"}
        sockets.append(await _open_socket(target, str(uuid4()), additional_headers=forwarded))
    are_open = await asyncio.gather(*(_is_open(socket) for socket in sockets))
    await asyncio.gather(*(socket.connection.close() for socket in sockets))
    return [at_most("sockets that stay open", sum(are_open), WAITING_SOCKETS, "sockets")]


@attack("two-workers", settings={"WEB_CONCURRENCY": "2"}, memory_mib=128, with_services=True)
async def connect_to_every_worker(target: Target) -> list[Finding]:
    """80 sockets that sign in as one user, on two workers."""
    async with aiohttp.ClientSession(f"{target.url}/api/") as http:
        access = await _sign_up(http, "attacker")
        conversation = await _call(http, "POST", "conversations/", access, {})
    sockets = [await _open_socket(target, conversation["id"]) for _ in range(SOCKETS_OF_ONE_USER)]
    for socket in sockets:
        with suppress(ConnectionClosed):  # So many that have not signed in are too many for one network, too.
            await socket.send("auth", token=access)
    are_open = await asyncio.gather(*(_is_signed_in(socket) for socket in sockets))
    await asyncio.gather(*(socket.connection.close() for socket in sockets))
    return [must_be("sockets that are signed in", sum(are_open), SIGNED_IN_SOCKETS)]


async def _is_signed_in(socket: ChatSocket) -> bool:
    try:
        return bool((await socket.receive())["type"] == "auth.success")
    except ConnectionClosed:
        return False


async def _is_open(socket: ChatSocket) -> bool:
    try:
        await socket.send("ping")
        return bool((await socket.receive())["type"] == "pong")
    except ConnectionClosed:
        return False


async def _open_socket(target: Target, conversation_id: str, **options: Any) -> ChatSocket:  # noqa: ANN401
    return await ChatSocket.open(f"ws://{target.host}:{target.port}/ws/chat/{conversation_id}/", **options)


async def _sign_up(http: aiohttp.ClientSession, name: str) -> str:
    """Return the access token of a new account."""
    account = {"username": name, "email": f"{name}@example.org", "password": PASSWORD}
    await _call(http, "POST", "auth/register", "", account)
    return str((await _call(http, "POST", "auth/token/pair", "", account))["access"])


async def _call(http: aiohttp.ClientSession, method: str, path: str, access: str, body: dict[str, Any]) -> Any:  # noqa: ANN401
    headers = {"Authorization": f"Bearer {access}"} if access else {}
    async with http.request(method, path, json=body, headers=headers) as response:
        response.raise_for_status()
        return await response.json()
