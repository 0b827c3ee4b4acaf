"""The rate limiter of a single process."""

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import override

from apps.core.limits.base import ALLOWED, Limit, RateLimiter, Verdict

# About 20 MB at worst. Beyond it, the keys with the oldest activity are dropped first.
MAX_HITS_REMEMBERED = 200_000


@dataclass(slots=True)
class _Window:
    seconds: int
    hits: deque[float] = field(default_factory=deque)


class MemoryRateLimiter(RateLimiter):
    """Keeps the time of each hit; drops windows as they expire."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, max_hits: int = MAX_HITS_REMEMBERED) -> None:
        self._clock = clock
        self._max_hits = max_hits
        self._lock = threading.Lock()
        self._windows: OrderedDict[str, _Window] = OrderedDict()  # least recently active first
        self._remembered = 0

    @override
    def hit(self, key: str, limit: Limit, cost: int = 1) -> Verdict:
        if limit.is_off:
            return ALLOWED
        with self._lock:
            now = self._clock()
            if key in self._windows:
                self._windows.move_to_end(key)  # also if refused: a client that keeps trying is not dropped
            verdict = self._judge(key, limit, cost, now)
            if verdict.allowed:
                self._count(key, limit, cost, now)
                self._forget(now)
            return verdict

    @override
    def close(self) -> None:
        """There are no connections."""

    @override
    def check(self, key: str, limit: Limit, cost: int = 1) -> Verdict:
        if limit.is_off:
            return ALLOWED
        with self._lock:
            return self._judge(key, limit, cost, self._clock())

    def _judge(self, key: str, limit: Limit, cost: int, now: float) -> Verdict:
        if cost > limit.count:
            return Verdict(allowed=False, retry_after=limit.seconds)
        window = self._windows.get(key)
        if window is None:
            return ALLOWED
        window.seconds = limit.seconds
        self._drop_old(window, now)
        surplus = len(window.hits) + cost - limit.count
        if surplus <= 0:
            return ALLOWED
        free_at = window.hits[surplus - 1] + limit.seconds
        return Verdict(allowed=False, retry_after=max(1, math.ceil(free_at - now)))

    def _count(self, key: str, limit: Limit, cost: int, now: float) -> None:
        window = self._windows.setdefault(key, _Window(limit.seconds))
        window.hits.extend([now] * cost)
        self._remembered += cost

    def _drop_old(self, window: _Window, now: float) -> None:
        while window.hits and window.hits[0] <= now - window.seconds:
            window.hits.popleft()
            self._remembered -= 1

    def _forget(self, now: float) -> None:
        # Two at a time: a hit creates at most one window, so old ones go faster than new ones come.
        for key in list(islice(self._windows, 2)):
            self._drop_old(self._windows[key], now)
            if not self._windows[key].hits:
                del self._windows[key]
        while self._remembered > self._max_hits and len(self._windows) > 1:
            _, oldest = self._windows.popitem(last=False)
            self._remembered -= len(oldest.hits)
