"""A connection to Redis that pipelines commands and returns their replies, errors included, in order."""

import asyncio
from collections.abc import Sequence
from typing import Any

from redis import RedisError, ResponseError
from redis.asyncio import ConnectionPool
from redis.driver_info import DriverInfo

from apps.core.outages import OutageError

CONNECT_SECONDS = 1.0
PATIENCE = 2.0
"""Seconds for one round trip; after that the connection is closed, and the next call opens another."""

DRIVER = DriverInfo()  # Without it, the client reads its own version from disk for every connection.

type Command = Sequence[str | bytes | int]


class LinkDownError(OutageError):
    """Redis cannot be reached or did not answer in time; the commands may or may not have been carried out."""


class RedisLink:
    """One connection of the redis package (TLS, passwords, databases), without its client, which costs too much CPU.

    Calls wait for each other. A failed call closes the connection; the next one opens another.
    """

    def __init__(self, url: str) -> None:
        """Connect to `url` with the first call."""
        self._pool: Any = ConnectionPool.from_url(
            url, protocol=2, socket_connect_timeout=CONNECT_SECONDS, driver_info=DRIVER, retry=None
        )
        self._connection: Any = None
        self._lock = asyncio.Lock()

    async def call(self, commands: Sequence[Command], *, patience: float = PATIENCE) -> list[Any]:
        """Carry out `commands` in one round trip; the error of one of them is its reply.

        Raises:
            LinkDownError: after `patience` seconds at the latest.
        """
        async with self._lock:
            try:
                async with asyncio.timeout(patience):
                    return await self._call(commands)
            except (RedisError, OSError) as error:
                await self._hang_up()
                raise LinkDownError(type(error).__name__) from error
            except asyncio.CancelledError:
                await self._hang_up()  # Otherwise the next call would read the reply to this one.
                raise

    async def close(self) -> None:
        """Close the connection and wait until it is closed: the event loop may stop next."""
        async with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                await connection.disconnect()

    async def _call(self, commands: Sequence[Command]) -> list[Any]:
        if self._connection is None:
            self._connection = self._pool.make_connection()
            await self._connection.connect()
        connection = self._connection
        await connection.send_packed_command(connection.pack_commands(commands), check_health=False)
        replies = []
        for _ in commands:
            try:
                replies.append(await connection.read_response(disable_decoding=True))
            except ResponseError as error:
                replies.append(error)
        return replies

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.disconnect(nowait=True)
