"""Attempts to receive another user's frames."""

import asyncio
import secrets
from uuid import uuid4

from attacks.attack import Finding, attack, must_be
from attacks.target import Target
from testkit.api_user import ApiUser
from testkit.stream_client import hang_up, open_stream

LISTENERS = 10
CHANGES = 10


@attack("foreign-id")
async def listen_with_the_id_of_another_user(target: Target) -> list[Finding]:
    """Sockets and event streams in a conversation that has the same id as another user's."""
    # Ids are unique per owner.
    shared_id, secret = str(uuid4()), secrets.token_hex(8)
    path = f"/conversations/{shared_id}"
    owner, attacker = [ApiUser(target, name) for name in ("owner", "attacker")]
    for user in (owner, attacker):
        await user.sign_up()
        await user.new_conversation(id=shared_id)
    not_signed_in = [await attacker.connect(shared_id) for _ in range(LISTENERS)]
    signed_in = [await attacker.enter(shared_id) for _ in range(LISTENERS - 1)]  # One place is left for the stream.
    stream = await open_stream(f"{target.url}/api{path}", attacker.access)
    await stream.expect("auth.success")
    for number in range(CHANGES):
        change = {"title": f"{secret} {number}", "system_prompt": f"{secret} {number}"}
        await owner.call("PATCH", path, change, expect=200)
    await attacker.call("PATCH", path, {"title": "last"}, expect=200)
    for socket in (*signed_in, stream):
        await socket.expect("conversation.updated", title="last")
    for socket in not_signed_in:
        await socket.send("ping")
        await socket.expect("pong")
    sockets = [*not_signed_in, *signed_in]
    leaked = [frame for source in (*sockets, stream) for frame in source.frames if secret in str(frame)]
    await asyncio.gather(hang_up(stream), *(socket.connection.close() for socket in sockets))
    return [must_be("frames of the other user", len(leaked), 0)]
