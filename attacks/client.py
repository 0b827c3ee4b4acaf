"""A signed-in user of the target who attacks it, from an address of its own."""

from typing import Any

import aiohttp

from attacks.target import Target
from testkit.raw_connections import SOURCE
from testkit.socket_client import ChatSocket

ACCOUNT = {
    "username": "attacker",
    "email": "attacker@example.org",
    "password": "a long enough password of theirs",
}


async def sign_up(target: Target) -> tuple[aiohttp.ClientSession, str]:
    """Return a session with the access token in its headers, and that token."""
    http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(SOURCE, 0)))
    await post(http, target, "/auth/register", ACCOUNT)
    access = str((await post(http, target, "/auth/token/pair", ACCOUNT))["access"])
    http.headers["Authorization"] = f"Bearer {access}"
    return http, access


async def post(http: aiohttp.ClientSession, target: Target, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Post to the API, and return the answer, which must be a success."""
    async with http.post(f"{target.url}/api{path}", json=body) as response:
        response.raise_for_status()
        answer: dict[str, Any] = await response.json()
        return answer


async def open_chat(http: aiohttp.ClientSession, target: Target, access: str) -> ChatSocket:
    """Open a socket of a new conversation, and sign in."""
    conversation = await post(http, target, "/conversations/", {})
    chat = await ChatSocket.open(f"{target.url.replace('http', 'ws', 1)}/ws/chat/{conversation['id']}/")
    await chat.sign_in(access)
    return chat
