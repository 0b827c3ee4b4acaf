"""Rate limit for repeated outage log lines: each comes at most once in `OUTAGE_REPEAT_SECONDS`."""

import threading
from time import monotonic

from django.conf import settings

MAX_REMEMBERED = 1000

_lock = threading.Lock()
_seen: dict[str, tuple[float, int]] = {}
"""When each line was logged, and how often it was left out since."""


def count_repetitions(line: str) -> int | None:
    """Return how often a line that is due was left out before; None to leave it out again."""
    now, interval = monotonic(), settings.OUTAGE_REPEAT_SECONDS
    if not interval:
        return 0
    with _lock:
        at, repeated = _seen.get(line, (now - interval, 0))
        if now - at < interval:
            _seen[line] = at, repeated + 1
            return None
        if len(_seen) >= MAX_REMEMBERED:
            _seen.clear()
        _seen[line] = now, 0
        return repeated
