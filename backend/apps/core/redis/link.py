"""A connection to Redis that pipelines commands and returns their replies, errors included, in order."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, override

import hiredis
from redis import ConnectionError as RedisConnectionError
from redis import InvalidResponse, Redis, RedisError
from redis.asyncio import ConnectionPool
from redis.driver_info import DriverInfo

from apps.core.outages import OutageError
from apps.core.redis.failures import make_refusal

CONNECT_SECONDS = 1.0
MAX_WAIT_SECONDS = 2.0
"""Seconds for one round trip; after that the connection is closed, and the next call opens another."""

DRIVER = DriverInfo()  # Without it, the client reads its own version from disk for every connection.

type Command = Sequence[str | bytes | int]


class LinkDownError(OutageError):
    """Redis cannot be reached or did not answer in time; the commands may or may not have been carried out."""


class RedisLink:
    """A connection opened by the redis package (TLS, passwords, databases), without its client, which takes too long.

    Calls need not wait for each other. One that fails closes the connection, and so fails the others that wait for a
    reply; the next one opens another.
    """

    def __init__(self, url: str) -> None:
        """Connect to `url` with the first call."""
        self._pool: Any = ConnectionPool.from_url(
            url, protocol=2, socket_connect_timeout=CONNECT_SECONDS, driver_info=DRIVER, retry=None
        )
        self._exchange: _Exchange | None = None
        self._opening = asyncio.Lock()

    async def call(
        self,
        commands: Sequence[Command],
        *,
        max_wait: float = MAX_WAIT_SECONDS,
        on_replies: Callable[[list[Any]], None] | None = None,
    ) -> list[Any]:
        """Carry out `commands` in one round trip; the error of one of them is its reply.

        `on_replies` gets the replies as soon as they arrive; the caller continues only at its turn on the event loop.
        An exception of `on_replies` is raised to the caller.

        Raises:
            LinkDownError: after `max_wait` seconds at the latest, once it is connected.
        """
        exchange = await self._open(max_wait) if self._exchange is None else self._exchange
        timer = asyncio.get_running_loop().call_later(max_wait, exchange.end, TimeoutError())
        try:
            return await exchange.send(commands, on_replies)
        except (RedisError, OSError) as error:
            await self._hang_up(exchange)
            raise LinkDownError(type(error).__name__) from error
        finally:
            timer.cancel()

    async def subscribe(self, channel: str, on_message: Callable[[bytes], None]) -> asyncio.Future[Exception]:
        """Call `on_message` with what is published on a channel; the connection is used for nothing else.

        The future gets the error with which the connection ends.

        Raises:
            LinkDownError: as `call` does.
        """
        exchange = await self._open(MAX_WAIT_SECONDS)
        exchange.on_message = on_message
        (reply,) = await self.call([("SUBSCRIBE", channel)])
        if isinstance(reply, Exception):
            raise LinkDownError(type(reply).__name__) from reply
        return exchange.ended

    async def close(self) -> None:
        """Close the connection and wait until it is closed: the event loop may stop next."""
        async with self._opening:
            exchange, self._exchange = self._exchange, None
            if exchange is not None:
                await exchange.connection.disconnect()

    async def _open(self, max_wait: float) -> "_Exchange":
        async with self._opening:
            if self._exchange is not None and self._exchange.ended.done():
                await self._hang_up(self._exchange)
            if self._exchange is None:
                connection = self._pool.make_connection()
                try:
                    async with asyncio.timeout(max_wait):
                        await connection.connect()
                except (RedisError, OSError) as error:
                    await connection.disconnect(nowait=True)
                    raise LinkDownError(type(error).__name__) from error
                except asyncio.CancelledError:
                    await connection.disconnect(nowait=True)
                    raise
                self._exchange = _Exchange(connection)
            return self._exchange

    async def _hang_up(self, exchange: "_Exchange") -> None:
        if self._exchange is exchange:
            self._exchange = None
        await exchange.connection.disconnect(nowait=True)


class _Exchange(asyncio.Protocol):
    """Commands and replies on an open connection: the package and asyncio's streams need a dozen coroutines for each.

    The replies to a call that was cancelled are dropped when they come.
    """

    def __init__(self, connection: Any) -> None:  # noqa: ANN401 - `_writer` is missing from its type
        """Receive the bytes of `connection` from now on."""
        self.connection = connection
        self.on_message: Callable[[bytes], None] | None = None
        self.ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport = connection._writer.transport  # noqa: SLF001 - the package has no other way
        self._before = self._transport.get_protocol()
        self._reader = _new_reader()
        self._calls: deque[tuple[asyncio.Future[list[Any]], int, Callable[[list[Any]], None] | None]] = deque()
        self._replies: list[Any] = []
        self._transport.set_protocol(self)

    def send(
        self, commands: Sequence[Command], on_replies: Callable[[list[Any]], None] | None
    ) -> asyncio.Future[list[Any]]:
        """Send commands; the future gets their replies, or the error that ends the connection before."""
        done: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        if self.ended.done():
            done.set_exception(self.ended.result())
            return done
        self._calls.append((done, len(commands), on_replies))
        # hiredis types a command as a tuple of one.
        self._transport.write(b"".join([hiredis.pack_command(tuple(command)) for command in commands]))  # type: ignore[arg-type]
        return done

    def end(self, error: Exception) -> None:
        """Close the connection; all calls without a reply get `error`."""
        if self.ended.done():
            return
        self.ended.set_result(error)
        self._transport.abort()
        for done, *_ in self._calls:
            if not done.done():
                done.set_exception(error)

    @override
    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        try:
            # Redis has no reply False in this version of its protocol: hiredis lacks data.
            while (reply := self._reader.gets()) is not False:
                if isinstance(reply, RedisConnectionError):
                    raise reply
                if self._calls:
                    self._replies.append(reply)
                    if len(self._replies) == self._calls[0][1]:
                        self._deliver_first()
                elif self.on_message is not None:
                    self.on_message(reply[2])  # After its kind and the channel.
        except RedisError as error:
            self.end(error)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._before.connection_lost(exc)  # The task that closes it waits for this.
        self.end(exc or RedisConnectionError("Redis has closed the connection"))

    def _deliver_first(self) -> None:
        done, _, on_replies = self._calls.popleft()
        replies, self._replies = self._replies, []
        if done.done():
            return
        try:
            if on_replies is not None:
                on_replies(replies)
        except Exception as error:  # noqa: BLE001 - the caller gets it; the connection is intact
            done.set_exception(error)
        else:
            done.set_result(replies)


def ping(url: str, max_wait: float) -> None:
    """Return once Redis at `url` has answered, on a separate connection.

    Django's cache would open one per thread and leave it to the garbage collector.

    Raises:
        RedisError: no answer within `max_wait` seconds.
    """
    with Redis.from_url(url, socket_timeout=max_wait, socket_connect_timeout=max_wait) as redis:
        redis.ping()


def _new_reader() -> hiredis.Reader:
    return hiredis.Reader(protocolError=InvalidResponse, replyError=make_refusal)
