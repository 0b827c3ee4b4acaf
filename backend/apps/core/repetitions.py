"""Lines of the log that an outage repeats: each comes at most once a minute."""

import threading
from time import monotonic

REPEAT_SECONDS = 60.0
MOST_REMEMBERED = 1000

_lock = threading.Lock()
_seen: dict[str, tuple[float, int]] = {}
"""When each line was logged, and how often it was left out since."""


def count_repetitions(line: str) -> int | None:
    """Return how often a line that is due was left out before; None to leave it out again."""
    now = monotonic()
    with _lock:
        at, repeated = _seen.get(line, (now - REPEAT_SECONDS, 0))
        if now - at < REPEAT_SECONDS:
            _seen[line] = at, repeated + 1
            return None
        if len(_seen) >= MOST_REMEMBERED:
            _seen.clear()
        _seen[line] = now, 0
        return repeated
