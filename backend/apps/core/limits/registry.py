"""The rate limiter of this worker, chosen by `REDIS_URL`."""

from functools import cache

from django.conf import settings

from apps.core.limits.base import RateLimiter
from apps.core.limits.memory import MemoryRateLimiter


def get_rate_limiter() -> RateLimiter:
    """Return the rate limiter: shared through Redis if `REDIS_URL` is set, else in memory."""
    return _make_limiter(settings.REDIS_URL or "")


@cache
def _make_limiter(redis_url: str) -> RateLimiter:
    if not redis_url:
        return MemoryRateLimiter()
    # Imported late: the Redis client costs about 5 MB and 0.2 s, which a server without Redis need not spend.
    from apps.core.limits.redis import RedisRateLimiter  # noqa: PLC0415

    return RedisRateLimiter(redis_url)
