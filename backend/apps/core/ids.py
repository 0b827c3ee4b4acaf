"""UUIDv7 ids, which sort by the time of their creation (RFC 9562, section 5.7)."""

import secrets
import time
import uuid
from threading import Lock

_lock = Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """Return a UUIDv7, greater than all earlier ones of this process.

    48 bits of Unix milliseconds, 12 bits of the fraction of the millisecond (method 3 of section 6.2), random bits.
    """
    global _last  # noqa: PLW0603
    ticks = (time.time_ns() * 4096) // 1_000_000  # 1/4096 ms
    with _lock:
        _last = ticks = max(ticks, _last + 1)
    milliseconds, fraction = divmod(ticks, 4096)
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)
