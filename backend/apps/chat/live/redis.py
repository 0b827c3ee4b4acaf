"""The number of connections of each user, over all workers, in Redis.

A user has a hash with one field for each worker: how many connections that worker has. The field counts while the
worker's lease, a key that expires, exists; so the connections of a killed worker are free again after `WORKER_LEASE`.
Each worker writes what it counts itself, so that a lost or repeated write does no lasting harm.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import structlog

from apps.core.outages import log_failure
from apps.core.quotas import Quota
from apps.core.redis.link import Command, LinkDownError, RedisLink
from apps.core.tasks import cancel_and_wait, spawn

logger = structlog.get_logger(__name__)

PREFIX = "connections:"
LEASE_PREFIX = f"{PREFIX}worker:"
SIGN_IN_WAIT_SECONDS = 0.25
"""Seconds that a client which signs in waits for Redis."""

PAUSE_AFTER_FAILURE_SECONDS = 2.0
"""Seconds in which Redis is not asked after a failure, so that clients do not queue up behind an outage."""

EXPIRY_MS = 31 * 24 * 3600 * 1000
"""A connection may stay open as long as its session."""

_PUBLISH_WITHIN_LIMIT = f"""
local sum = tonumber(ARGV[2])
local counts = redis.call('HGETALL', KEYS[1])
for i = 1, #counts, 2 do
  if counts[i] ~= ARGV[1] then
    if redis.call('EXISTS', '{LEASE_PREFIX}' .. counts[i]) == 1 then
      sum = sum + tonumber(counts[i + 1])
    else
      redis.call('HDEL', KEYS[1], counts[i])
    end
  end
end
if sum > tonumber(ARGV[3]) then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], {EXPIRY_MS})
return 1
"""


class RedisConnectionCounts:
    """Shares this worker's `own_counts` with other workers; while Redis does not answer, each worker counts alone."""

    def __init__(self, url: str, own_counts: Quota[UUID], lease: float) -> None:
        """Connect lazily; `lease` is in seconds."""
        self._link = RedisLink(url)
        self._own_counts = own_counts
        self._lease = lease
        self._worker = uuid4().hex
        self._lock = asyncio.Lock()
        self._silent_until = 0.0
        self._unpublished: set[UUID] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Begin the lease of this worker."""
        await self._renew()
        self._tasks = [spawn(self._renew_repeatedly(), name="connection-counts")]

    async def close(self) -> None:
        """Withdraw the counts of this worker."""
        await cancel_and_wait(*self._tasks)
        await self._call([["DEL", LEASE_PREFIX + self._worker]])
        await self._link.close()

    async def try_to_publish(self, user_id: UUID, limit: int) -> bool:
        """Publish this worker's count, if all counts of the user together are at most `limit`; return whether they are.

        Also true if Redis does not answer.
        """
        count = self._own_counts.count(user_id)
        key = PREFIX + user_id.hex
        publish: Command = ["EVAL", _PUBLISH_WITHIN_LIMIT, 1, key, self._worker, count, limit]
        replies = await self._call([publish], max_wait=SIGN_IN_WAIT_SECONDS)
        if replies is None:
            self._unpublished.add(user_id)
            return True
        return bool(replies[0])

    def publish(self, user_id: UUID) -> None:
        """Publish this worker's count, which is lower now."""
        self._unpublished.add(user_id)
        if len(self._unpublished) == 1:  # Otherwise a task has begun already, or the next renewal publishes them.
            spawn(self._publish_all(), name="publish-connections")

    async def _publish_all(self) -> None:
        users, self._unpublished = self._unpublished, set()
        commands = [command for user_id in users for command in self._make_commands(user_id)]
        if commands and await self._call(commands) is None:
            self._unpublished |= users

    def _make_commands(self, user_id: UUID) -> Sequence[Command]:
        key, count = PREFIX + user_id.hex, self._own_counts.count(user_id)
        if count:
            return [["HSET", key, self._worker, count], ["PEXPIRE", key, EXPIRY_MS]]
        return [["HDEL", key, self._worker]]

    async def _renew_repeatedly(self) -> None:
        while True:
            await asyncio.sleep(self._lease / 3)
            await self._renew()

    async def _renew(self) -> None:
        """Renew the lease, and publish unpublished counts; if there was no lease any more, publish all."""
        lease: Command = ["SET", LEASE_PREFIX + self._worker, "", "PX", round(self._lease * 1000), "GET"]
        replies = await self._call([lease])
        if replies is not None:
            if replies[0] is None:  # The lease expired during an outage, or Redis was emptied.
                self._unpublished |= self._own_counts.keys()
            await self._publish_all()

    async def _call(self, commands: Sequence[Command], *, max_wait: float = 2.0) -> list[Any] | None:
        """Return the replies of Redis; None if it does not answer."""
        async with self._lock:
            if time.monotonic() < self._silent_until:
                return None
            try:
                replies = await self._link.call(commands, max_wait=max_wait)
            except LinkDownError as error:
                failure: Exception = error
            else:
                failed = [reply for reply in replies if isinstance(reply, Exception)]
                if not failed:
                    return replies
                failure = failed[0]
            self._silent_until = time.monotonic() + PAUSE_AFTER_FAILURE_SECONDS
            log_failure(logger, "connection_counts_not_shared", failure)
            return None
