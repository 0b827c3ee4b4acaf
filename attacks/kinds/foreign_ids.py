"""Attempts to receive another user's frames, and to open more connections than one client may have."""

import asyncio
import secrets
from uuid import uuid4

from websockets.exceptions import ConnectionClosed

from attacks.attack import Finding, at_most, attack, must_be
from attacks.target import Target
from testkit.api_user import ApiUser
from testkit.socket_client import ChatSocket
from testkit.stream_client import hang_up, open_stream

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
    path = f"/conversations/{shared_id}"
    owner, attacker = [ApiUser(target, name) for name in ("owner", "attacker")]
    for user in (owner, attacker):
        await user.sign_up()
        await user.new_conversation(id=shared_id)
    waiting = [await attacker.connect(shared_id) for _ in range(LISTENERS)]
    signed_in = [await attacker.enter(shared_id) for _ in range(LISTENERS - 1)]
    stream = await open_stream(f"{target.url}/api{path}", attacker.access)
    await stream.expect("auth.success")
    for number in range(CHANGES):
        change = {"title": f"{secret} {number}", "system_prompt": f"{secret} {number}"}
        await owner.call("PATCH", path, change, expect=200)
    await attacker.call("PATCH", path, {"title": "last"}, expect=200)
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
    stranger = ApiUser(target, "stranger")
    sockets = []
    for _ in range(SOCKETS_OF_ONE_NETWORK):
        forwarded = {"X-Forwarded-For": f"2001:db8:1:2::{secrets.randbits(16):x}:{secrets.randbits(16):x}"}
        sockets.append(await stranger.connect(uuid4(), additional_headers=forwarded))
    are_open = await asyncio.gather(*(_is_answered(socket, "pong", "ping") for socket in sockets))
    await asyncio.gather(*(socket.connection.close() for socket in sockets))
    return [at_most("sockets that stay open", sum(are_open), WAITING_SOCKETS, "sockets")]


@attack("two-workers", settings={"WEB_CONCURRENCY": "2"}, memory_mib=128, with_services=True)
async def connect_to_every_worker(target: Target) -> list[Finding]:
    """80 sockets that sign in as one user, on two workers."""
    attacker = ApiUser(target, "attacker")
    await attacker.sign_up()
    conversation_id = await attacker.new_conversation()
    # So many that have not signed in are too many for one network, too.
    sockets = [await attacker.connect(conversation_id) for _ in range(SOCKETS_OF_ONE_USER)]
    signing_in = (_is_answered(socket, "auth.success", "auth", token=attacker.access) for socket in sockets)
    are_open = await asyncio.gather(*signing_in)
    await asyncio.gather(*(socket.connection.close() for socket in sockets))
    return [must_be("sockets that are signed in", sum(are_open), SIGNED_IN_SOCKETS)]


async def _is_answered(socket: ChatSocket, response: str, command: str, **fields: str) -> bool:
    """Send a command, and return whether the next frame is its response; the server may have closed the socket."""
    try:
        await socket.send(command, **fields)
        return bool((await socket.receive())["type"] == response)
    except ConnectionClosed:
        return False
