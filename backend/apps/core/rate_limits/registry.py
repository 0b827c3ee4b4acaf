"""Which limiter this process uses."""

from functools import cache

from django.conf import settings

from apps.core.rate_limits.base import RateLimiter
from apps.core.rate_limits.memory import MemoryRateLimiter
from apps.core.rate_limits.redis import RedisRateLimiter


def get_rate_limiter() -> RateLimiter:
    """Return the limiter of this process: shared through Redis where `REDIS_URL` is set, else in memory."""
    return _make_limiter(settings.REDIS_URL or "")


@cache
def _make_limiter(redis_url: str) -> RateLimiter:
    return RedisRateLimiter(redis_url) if redis_url else MemoryRateLimiter()
