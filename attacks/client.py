"""A signed-in user of the target who attacks it, from a separate address."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp

from attacks.target import Target
from testkit.api_user import ApiUser
from testkit.raw_connections import SOURCE
from testkit.socket_client import ChatSocket


def attacking_session(limit: int = 100) -> aiohttp.ClientSession:
    """Return a session with at most `limit` connections (0: any number), which come from the attacker's address."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=limit, local_addr=(SOURCE, 0)))


@asynccontextmanager
async def attacking_user(target: Target) -> AsyncGenerator[ApiUser]:
    """Sign up the attacker."""
    async with attacking_session() as http:
        attacker = ApiUser(target, "attacker", http=http)
        await attacker.sign_up()
        yield attacker


@asynccontextmanager
async def attacking_chat(target: Target) -> AsyncGenerator[ChatSocket]:
    """Sign up the attacker, and open a socket of a new conversation."""
    async with attacking_user(target) as attacker:
        chat = await attacker.enter(await attacker.new_conversation())
        yield chat
        await chat.connection.close()
