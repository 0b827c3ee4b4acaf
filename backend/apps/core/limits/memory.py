"""The rate limiter in memory, for a single process."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from itertools import islice
from typing import override

from apps.core.limits.base import Limit, RateLimiter, Window

# About 20 MB at worst. Beyond it, the keys with the oldest activity are dropped first.
MAX_HITS_REMEMBERED = 200_000


class MemoryRateLimiter(RateLimiter):
    """Keeps a window for each key; drops windows as they expire."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, max_hits: int = MAX_HITS_REMEMBERED) -> None:
        self._clock = clock
        self._max_hits = max_hits
        self._lock = threading.Lock()
        self._windows: OrderedDict[str, Window] = OrderedDict()  # least recently active first
        self._remembered = 0

    @override
    def hit(self, key: str, limit: Limit) -> int:
        if limit.is_off:
            return 0
        with self._lock:
            now = self._clock()
            window = self._windows.setdefault(key, Window(limit))
            self._windows.move_to_end(key)  # even if refused: a client that keeps trying is not forgotten
            before = len(window)
            wait = window.hit(now)
            self._remembered += len(window) - before
            self._forget(now)
            return wait

    @override
    def undo_hit(self, key: str, limit: Limit) -> None:
        with self._lock:
            if (window := self._windows.get(key)) is not None:
                before = len(window)
                window.undo_hit()
                self._remembered += len(window) - before

    @override
    def close(self) -> None:
        """Do nothing: it has no connections."""

    def _forget(self, now: float) -> None:
        # Two at a time: a hit creates at most one window, so old ones go faster than new ones come.
        for key in list(islice(self._windows, 2)):
            if self._windows[key].has_expired(now):
                self._remembered -= len(self._windows.pop(key))
        while self._remembered > self._max_hits and len(self._windows) > 1:
            _, oldest = self._windows.popitem(last=False)
            self._remembered -= len(oldest)
