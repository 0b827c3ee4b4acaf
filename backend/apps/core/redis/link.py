"""A connection to Redis that pipelines commands and returns their replies, errors included, in order."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import hiredis
from redis import BusyLoadingError, InvalidResponse, RedisError, ResponseError
from redis import ConnectionError as RedisConnectionError
from redis.asyncio import ConnectionPool
from redis.driver_info import DriverInfo

from apps.core.outages import OutageError

CONNECT_SECONDS = 1.0
PATIENCE = 2.0
"""Seconds for one round trip; after that the connection is closed, and the next call opens another."""

READ_BYTES = 64 * 1024
DRIVER = DriverInfo()  # Without it, the client reads its own version from disk for every connection.

type Command = Sequence[str | bytes | int]


class LinkDownError(OutageError):
    """Redis cannot be reached or did not answer in time; the commands may or may not have been carried out."""


class RedisLink:
    """One connection of the redis package (TLS, passwords, databases), without its client, which costs too much CPU.

    Once it is open, commands and replies pass between its streams and hiredis: the package needs a coroutine for each.

    Calls wait for each other. A failed call closes the connection; the next one opens another.
    """

    def __init__(self, url: str) -> None:
        """Connect to `url` with the first call."""
        self._pool: Any = ConnectionPool.from_url(
            url, protocol=2, socket_connect_timeout=CONNECT_SECONDS, driver_info=DRIVER, retry=None
        )
        self._connection: Any = None
        self._replies = _new_reader()
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

    async def listen(self, channel: str) -> AsyncGenerator[bytes]:
        """Yield what is published on a channel, for any time; the connection is used for nothing else.

        Raises:
            LinkDownError: once the connection ends.
        """
        await self.call([("SUBSCRIBE", channel)])
        try:
            while True:
                while (reply := self._replies.gets()) is not False:
                    yield reply[2]  # After its kind and the channel.
                await self._receive()
        except (RedisError, OSError) as error:
            raise LinkDownError(type(error).__name__) from error
        finally:
            await self.close()

    async def close(self) -> None:
        """Close the connection and wait until it is closed: the event loop may stop next."""
        async with self._lock:
            connection, self._connection = self._connection, None
            if connection is not None:
                await connection.disconnect()

    async def _call(self, commands: Sequence[Command]) -> list[Any]:
        if self._connection is None:
            self._connection = self._pool.make_connection()
            self._replies = _new_reader()
            await self._connection.connect()
        writer = self._connection._writer  # noqa: SLF001 - the package has no other way
        # hiredis types a command as a tuple of one.
        writer.write(b"".join([hiredis.pack_command(tuple(command)) for command in commands]))  # type: ignore[arg-type]
        await writer.drain()
        replies: list[Any] = []
        while len(replies) < len(commands):
            reply = self._replies.gets()
            if isinstance(reply, BusyLoadingError):
                raise reply
            if reply is not False:  # Redis has no such reply in this version of its protocol: hiredis lacks data.
                replies.append(reply)
            else:
                await self._receive()
        return replies

    async def _receive(self) -> None:
        received = await self._connection._reader.read(READ_BYTES)  # noqa: SLF001 - as above
        if not received:
            raise RedisConnectionError("Redis has closed the connection")
        self._replies.feed(received)

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.disconnect(nowait=True)


def _new_reader() -> hiredis.Reader:
    return hiredis.Reader(protocolError=InvalidResponse, replyError=_error_of)


def _error_of(message: str) -> RedisError:
    """Return the error of one command; a Redis that still loads its data counts as down."""
    return BusyLoadingError(message) if message.startswith("LOADING ") else ResponseError(message)
