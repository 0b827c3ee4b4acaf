"""The Channels layer of many processes: notices inside a process by memory, between processes by one Redis channel."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, override
from uuid import uuid4

import msgspec
import structlog
from redis import Redis, RedisError
from redis.asyncio import Redis as AsyncRedis
from redis.driver_info import DriverInfo

from apps.core.channel_layer.memory import LocalChannelLayer
from apps.core.outages import OutageError, log_failure
from apps.core.tasks import cancel_and_wait, spawn

logger = structlog.get_logger(__name__)

REDIS_CHANNEL = "chat:notices"
WAITING_NOTICES = 10_000
"""Notices that wait for a Redis that is away; more are dropped, as every notice may be."""

TIMEOUT = 1.0
RETRY_SECONDS = 0.5
DRIVER = DriverInfo()  # The client would look its own version up on the disk at every connection.


class SharedChannelLayer(LocalChannelLayer):
    """Joining and leaving a group never leaves the process, so no socket waits for Redis or fails with it.

    Each process hears all notices of the others, on one connection whatever the number of its sockets.
    """

    def __init__(self, url: str, **options: float) -> None:
        """Connect to `url` once opened."""
        super().__init__(**options)
        self._url = url
        self._origin = uuid4().hex
        self._outbox: asyncio.Queue[bytes] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @override
    async def open(self) -> None:
        """Begin to hear the other processes; belongs to the event loop that runs from now on."""
        self._outbox = asyncio.Queue(WAITING_NOTICES)
        self._tasks = [
            spawn(self._keep_up(self._listen), name="notices-in"),
            spawn(self._keep_up(self._publish), name="notices-out"),
        ]

    @override
    async def close(self) -> None:
        """Hear and tell no more."""
        await cancel_and_wait(*self._tasks)
        self._tasks = []
        self._outbox = None

    @override
    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await super().group_send(group, message)
        notice = msgspec.msgpack.encode((self._origin, group, message))
        if self._outbox is None:
            # Not the server but a command of it: one notice, and no loop that would go on.
            await asyncio.to_thread(self._publish_once, notice)
            return
        try:
            self._outbox.put_nowait(notice)
        except asyncio.QueueFull:
            logger.warning("notice_dropped", group=group)

    def _publish_once(self, notice: bytes) -> None:
        with Redis.from_url(self._url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT) as redis:
            try:
                redis.publish(REDIS_CHANNEL, notice)
            except RedisError as error:
                raise OutageError(type(error).__name__) from error

    async def _keep_up(self, work: Callable[[AsyncRedis], Awaitable[None]]) -> None:
        while True:
            try:
                # No time-out for reading: who listens waits for as long as there is nothing to hear.
                redis = AsyncRedis.from_url(self._url, socket_connect_timeout=TIMEOUT, driver_info=DRIVER)
                async with redis:
                    await work(redis)
            except RedisError as error:
                logger.warning("notifications_disconnected", error=type(error).__name__)
            except Exception as error:  # noqa: BLE001 - a message that cannot be read must not make this worker deaf
                log_failure(logger, "notifications_disconnected", error)
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self, redis: AsyncRedis) -> None:
        async with redis.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(REDIS_CHANNEL)
            async for heard in channel.listen():
                origin, group, message = msgspec.msgpack.decode(heard["data"])
                if origin != self._origin:
                    await super().group_send(group, message)

    async def _publish(self, redis: AsyncRedis) -> None:
        while self._outbox is not None:
            notice = await self._outbox.get()
            async with asyncio.timeout(TIMEOUT):
                await redis.publish(REDIS_CHANNEL, notice)
