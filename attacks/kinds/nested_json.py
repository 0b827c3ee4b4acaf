"""JSON of very many tiny parts, which is short to send and long to decode."""

import asyncio

from attacks.attack import Finding, attack, must_be
from attacks.client import attacking_session, attacking_user
from attacks.target import Target

BODY_BYTES = 3_900_000
FRAME_BYTES = 2_000_000
REPEATS = 5


@attack("nested-body")
async def send_nested_bodies(target: Target) -> list[Finding]:
    """Five bodies of 3.9 MB of brackets to `/v1/chat/completions`."""
    async with attacking_user(target) as attacker, attacking_session() as http:
        key = (await attacker.call("POST", "/keys/", {"name": "attack"}, expect=201))["key"]
        body = b'{"model":"fake-model","messages":[' + b"[]," * (BODY_BYTES // 3) + b"[]]}"
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        statuses = []
        for _ in range(REPEATS):
            async with http.post(f"{target.url}/v1/chat/completions", data=body, headers=headers) as response:
                statuses.append(response.status)
    return [must_be("statuses of the responses", statuses, [400] * REPEATS)]


@attack("nested-frame")
async def send_nested_frames(target: Target) -> list[Finding]:
    """Five frames of 2 MB of brackets, on sockets that have signed in."""
    refused = 0
    async with attacking_user(target) as attacker:
        for _ in range(REPEATS):
            chat = await attacker.enter(await attacker.new_conversation())
            await chat.connection.send('{"type":"nonsense","parts":[' + "[]," * (FRAME_BYTES // 3) + "[]]}")
            async with asyncio.timeout(10):
                refused += (await chat.receive())["type"] == "chat.error"
            await chat.connection.close()
    return [must_be("frames refused", refused, REPEATS)]
