"""The Channels layer of several workers: in memory within a worker, one Redis channel between workers."""

import asyncio
from contextlib import aclosing, suppress
from typing import Any, override
from uuid import uuid4

import msgspec
import structlog
from redis import Redis, RedisError

from apps.core.channel_layer.memory import LocalChannelLayer
from apps.core.outages import declare_outage, log_failure
from apps.core.redis.link import LinkDownError, RedisLink
from apps.core.tasks import cancel_and_wait, spawn

logger = structlog.get_logger(__name__)

declare_outage(RedisError)

REDIS_CHANNEL = "chat:notifications"
MAX_WAITING = 10_000
"""How many notifications wait during an outage of Redis; more are dropped, as any notification may be."""

TIMEOUT = 1.0
RETRY_SECONDS = 0.5


class SharedChannelLayer(LocalChannelLayer):
    """Shares notifications between workers. Groups stay within a worker, so no socket waits for Redis or fails with it.

    Each worker receives all notifications of the others on one connection, however many sockets it serves.
    """

    def __init__(self, url: str, *, gathering_seconds: float = 0.01, **options: float) -> None:
        """Connect to `url` in `open`; `gathering_seconds` pass between two round trips: each wakes every worker."""
        super().__init__(**options)
        self._gathering_seconds = gathering_seconds
        self._url = url
        self._origin = uuid4().hex
        self._own = msgspec.msgpack.encode((self._origin, "", ""))[:-2]
        """The beginning of what this worker sends."""
        self._outbox: asyncio.Queue[bytes] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @override
    async def open(self) -> None:
        """Start to receive from other workers, on the running event loop."""
        self._outbox = asyncio.Queue(MAX_WAITING)
        self._tasks = [
            spawn(self._listen_until_cancelled(), name="notifications-in"),
            spawn(self._publish(self._outbox), name="notifications-out"),
        ]

    @override
    async def close(self) -> None:
        """Stop receiving and, once nothing waits to be sent, sending."""
        if self._outbox is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(TIMEOUT):
                    await self._outbox.join()
        await cancel_and_wait(*self._tasks)
        self._tasks = []
        self._outbox = None

    @override
    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await super().group_send(group, message)
        encoded = msgspec.msgpack.encode((self._origin, group, message))
        if self._outbox is None:
            # A management command, not the server: it has no task that sends.
            await asyncio.to_thread(self._publish_once, encoded)
            return
        try:
            self._outbox.put_nowait(encoded)
        except asyncio.QueueFull:
            logger.warning("notification_dropped", group=group)

    def _publish_once(self, encoded: bytes) -> None:
        with Redis.from_url(self._url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT) as redis:
            redis.publish(REDIS_CHANNEL, encoded)

    async def _listen_until_cancelled(self) -> None:
        while True:
            try:
                async with aclosing(RedisLink(self._url).listen(REDIS_CHANNEL)) as published:
                    async for encoded in published:
                        if not encoded.startswith(self._own):
                            _, group, message = msgspec.msgpack.decode(encoded)
                            await super().group_send(group, message)
            except Exception as error:  # noqa: BLE001 - after one that cannot be read, receive the next
                log_failure(logger, "notifications_disconnected", error)
            await asyncio.sleep(RETRY_SECONDS)

    async def _publish(self, outbox: asyncio.Queue[bytes]) -> None:
        """Send what waits, all of it in one round trip, until cancelled."""
        link = RedisLink(self._url)
        try:
            while True:
                waiting = [await outbox.get()]
                while not outbox.empty():
                    waiting.append(outbox.get_nowait())
                delay = self._gathering_seconds
                try:
                    await link.call([("PUBLISH", REDIS_CHANNEL, encoded) for encoded in waiting], patience=TIMEOUT)
                except LinkDownError as error:
                    log_failure(logger, "notifications_disconnected", error)
                    delay = RETRY_SECONDS
                for _ in waiting:
                    outbox.task_done()
                await asyncio.sleep(delay)
        finally:
            await link.close()
