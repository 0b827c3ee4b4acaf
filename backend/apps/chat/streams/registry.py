"""Which stream log this process uses."""

from functools import cache

from django.conf import settings

from apps.chat.streams.base import StreamLog
from apps.chat.streams.memory import MemoryStreamLog


@cache
def get_stream_log() -> StreamLog:
    """Return the log of this process."""
    return MemoryStreamLog(settings.STREAM_LOG_TTL)
