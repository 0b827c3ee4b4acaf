"""The stream log of this worker, chosen by `REDIS_URL`."""

from functools import cache

from django.conf import settings

from apps.chat.log.base import StreamLog
from apps.chat.log.memory import MemoryStreamLog


@cache
def get_stream_log() -> StreamLog:
    """Return the log of this process: shared through Redis if `REDIS_URL` is set, else in memory."""
    if not settings.REDIS_URL:
        return MemoryStreamLog(settings.STREAM_LOG_TTL)
    # Imported here: a server without Redis should not load its client.
    from apps.chat.log.redis.log import RedisStreamLog  # noqa: PLC0415

    return RedisStreamLog(settings.REDIS_URL, settings.STREAM_LOG_TTL)
