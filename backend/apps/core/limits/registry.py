"""Which limiter this process uses."""

from functools import cache

from django.conf import settings

from apps.core.limits.base import RateLimiter
from apps.core.limits.memory import MemoryRateLimiter


def get_rate_limiter() -> RateLimiter:
    """Return the limiter of this process: shared through Redis where `REDIS_URL` is set, else in memory."""
    return _make_limiter(settings.REDIS_URL or "")


@cache
def _make_limiter(redis_url: str) -> RateLimiter:
    if not redis_url:
        return MemoryRateLimiter()
    # Not at the top: the Redis client takes about 5 MB and 0.2 s that a server without Redis has no use for.
    from apps.core.limits.redis import RedisRateLimiter  # noqa: PLC0415

    return RedisRateLimiter(redis_url)
