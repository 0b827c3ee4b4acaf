"""The Channels layer of several workers: in memory within a worker, one Redis channel between workers."""

import asyncio
from typing import Any, override
from uuid import uuid4

import msgspec
import structlog
from redis import Redis, RedisError

from apps.core.channel_layer.memory import LocalChannelLayer
from apps.core.outages import log_failure
from apps.core.redis.link import LinkDownError, RedisLink
from apps.core.tasks import cancel_and_wait, spawn

logger = structlog.get_logger(__name__)

REDIS_CHANNEL = "chat:notifications"
MAX_WAITING = 10_000
"""How many notifications wait during an outage of Redis; more are dropped, as any notification may be."""

TIMEOUT_SECONDS = 1.0
ALONE_SECONDS = 1.0
"""How long a worker sends nothing after no other worker has received its message."""

RETRY_SECONDS = 0.5


class SharedChannelLayer(LocalChannelLayer):
    """Shares notifications between workers. Groups stay within a worker, so no socket waits for Redis or fails with it.

    Each worker receives all notifications of the others on one connection, however many sockets it serves.
    """

    def __init__(self, url: str, *, gathering_seconds: float = 0.01, **options: float) -> None:
        """Connect to `url` in `open`. Each round trip wakes every worker, so `gathering_seconds` pass between two."""
        super().__init__(**options)
        self._gathering_seconds = gathering_seconds
        self._url = url
        self._origin = uuid4().hex
        self._own = msgspec.msgpack.encode((self._origin, "", ""))[:-2]
        """The beginning of what this worker sends."""
        self._waiting: list[bytes] = []
        self._link: RedisLink | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._is_listening = False
        self._alone_until = 0.0
        """Until then, nothing is sent: no other worker has received the latest message, nor sent one since."""
        self._received_count = 0
        """How many messages of other workers have arrived."""

    @override
    async def open(self) -> None:
        """Start to receive from other workers, on the running event loop."""
        self._link = RedisLink(self._url)
        self._has_waiting = asyncio.Event()
        self._tasks = [
            spawn(self._listen_until_cancelled(), name="notifications-in"),
            spawn(self._send_until_cancelled(self._link), name="notifications-out"),
        ]

    @override
    async def close(self) -> None:
        """Stop receiving; stop sending once the queue is empty."""
        await cancel_and_wait(*self._tasks)
        self._tasks = []
        self._is_listening, self._alone_until = False, 0.0
        if self._link is not None:
            await self._send(self._link)
            await self._link.close()
        self._link = None

    @override
    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        self.deliver(group, message)
        if asyncio.get_running_loop().time() < self._alone_until:
            return
        encoded = msgspec.msgpack.encode((self._origin, group, message))
        if self._link is None:
            # A management command, not the server: it has no task that sends.
            await asyncio.to_thread(self._publish_once, encoded)
        elif len(self._waiting) < MAX_WAITING:
            self._send_soon(encoded)
        else:
            logger.warning("notification_dropped", group=group)

    def _publish_once(self, encoded: bytes) -> None:
        with Redis.from_url(self._url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS) as redis:
            redis.publish(REDIS_CHANNEL, encoded)

    async def _listen_until_cancelled(self) -> None:
        link = RedisLink(self._url)
        try:
            while True:
                try:
                    ended = await link.subscribe(REDIS_CHANNEL, self._receive)
                    self._is_listening = True
                    # Tells the other workers that they are not alone any more.
                    self._send_soon(msgspec.msgpack.encode((self._origin, "", {})))
                    error = await ended
                except Exception as failure:  # noqa: BLE001 - whatever it was, connect again
                    error = failure
                log_failure(logger, "notifications_disconnected", error)
                self._is_listening, self._alone_until = False, 0.0
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            await link.close()

    def _receive(self, encoded: bytes) -> None:
        if encoded.startswith(self._own):
            return
        self._alone_until = 0.0
        self._received_count += 1
        try:
            _, group, message = msgspec.msgpack.decode(encoded)
            self.deliver(group, message)
        except Exception as error:  # noqa: BLE001 - a worker of another version may have sent it
            log_failure(logger, "notification_not_read", error)

    def _send_soon(self, encoded: bytes) -> None:
        self._waiting.append(encoded)
        self._has_waiting.set()

    async def _send_until_cancelled(self, link: RedisLink) -> None:
        while True:
            await self._has_waiting.wait()
            self._has_waiting.clear()
            is_sent = await self._send(link)
            await asyncio.sleep(self._gathering_seconds if is_sent else RETRY_SECONDS)

    async def _send(self, link: RedisLink) -> bool:
        """Send the whole queue in one round trip; return whether that succeeded."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return True
        received_before = self._received_count
        try:
            commands = [("PUBLISH", REDIS_CHANNEL, encoded) for encoded in waiting]
            received = await link.call(commands, max_wait=TIMEOUT_SECONDS)
            if isinstance(received[-1], Exception):
                raise received[-1]
        except (LinkDownError, RedisError) as error:
            log_failure(logger, "notifications_disconnected", error)
            return False
        # A worker that has begun to listen since the count was taken has said so, maybe before the count arrived here.
        if self._is_listening and received[-1] == 1 and self._received_count == received_before:
            self._alone_until = asyncio.get_running_loop().time() + ALONE_SECONDS
        return True
