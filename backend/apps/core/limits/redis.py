"""The rate limiter of several workers: one sorted set per key, read and written by one script."""

import math
import time
from collections.abc import Callable
from typing import cast, override

import structlog
from redis import BlockingConnectionPool, Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

import apps.core.redis.failures  # noqa: F401 - declares which of them are outages
from apps.core.limits.base import Limit, RateLimiter
from apps.core.limits.memory import MemoryRateLimiter
from apps.core.outages import log_failure

logger = structlog.get_logger(__name__)

KEY_PREFIX = "limit:"
TIMEOUT_SECONDS = 0.25  # for connecting and for an answer
MAX_CONNECTIONS = 16
PAUSE_AFTER_FAILURE_SECONDS = 2.0  # without asking Redis: an outage must not slow down every request

# Times are microseconds of the Redis server, the clock that all workers share.
_SCRIPT = """
local window, count, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - window))
redis.call('ZREMRANGEBYSCORE', KEYS[1], string.format('(%.0f', now), '+inf') -- from before the clock was set back
local used = redis.call('ZCARD', KEYS[1])
if used >= count then
  local blocking = redis.call('ZRANGE', KEYS[1], used - count, used - count, 'WITHSCORES')
  return string.format('%.0f', tonumber(blocking[2]) + window - now)
end
local stamp = string.format('%.0f', now)
redis.call('ZADD', KEYS[1], stamp, stamp .. ':' .. used)
redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
return '0'
"""


class RedisRateLimiter(RateLimiter):
    """Shares its windows through Redis; counts in this process alone while Redis does not answer."""

    def __init__(self, url: str, clock: Callable[[], float] | None = None) -> None:
        """Connect lazily; `clock` (seconds) replaces the time of the Redis server."""
        self._pool = BlockingConnectionPool.from_url(
            url,
            max_connections=MAX_CONNECTIONS,
            timeout=TIMEOUT_SECONDS,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            # Once: a restart of Redis may have closed a pooled connection. A time-out is not retried: it took long.
            retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        )
        self._redis = Redis(connection_pool=self._pool)
        self._script = self._redis.register_script(_SCRIPT)
        self._clock = clock
        self._fallback = MemoryRateLimiter()
        self._silent_until = -math.inf

    @override
    def hit(self, key: str, limit: Limit) -> int:
        if limit.is_off:
            return 0
        if time.monotonic() < self._silent_until:
            return self._fallback.hit(key, limit)
        now = "" if self._clock is None else round(self._clock() * 1_000_000)
        try:
            wait = self._script(keys=[KEY_PREFIX + key], args=[limit.seconds * 1_000_000, limit.count, now])
        except RedisError as error:
            self._note_failure(error)
            return self._fallback.hit(key, limit)
        return math.ceil(int(cast("bytes", wait)) / 1_000_000)

    @override
    def undo_hit(self, key: str, limit: Limit) -> None:
        if limit.is_off:
            return
        if time.monotonic() < self._silent_until:
            self._fallback.undo_hit(key, limit)
            return
        try:
            self._redis.zpopmax(KEY_PREFIX + key)
        except RedisError as error:  # It stays counted.
            self._note_failure(error)

    def _note_failure(self, error: RedisError) -> None:
        self._silent_until = time.monotonic() + PAUSE_AFTER_FAILURE_SECONDS
        log_failure(logger, "rate_limits_not_shared", error)

    @override
    def close(self) -> None:
        self._pool.disconnect()
