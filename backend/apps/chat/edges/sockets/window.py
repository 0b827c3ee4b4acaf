"""Rate limits of one WebSocket: at most this many in any stretch of time."""

import math
from collections import deque

from apps.core.limits.base import Limit


class Window:
    """An exact sliding window for use on the event loop; allocates nothing until its first hit."""

    __slots__ = ("_hits", "_limit")

    def __init__(self, limit: Limit) -> None:
        """Allow `limit`."""
        self._limit = limit
        self._hits: deque[float] | None = None

    def hit(self, now: float) -> int:
        """Count a hit at `now`, in seconds of a steady clock; return 0, or how many whole seconds it is too early."""
        if self._limit.is_off:
            return 0
        if self._hits is None:
            self._hits = deque(maxlen=self._limit.count)
        if len(self._hits) == self._limit.count and (wait := self._hits[0] + self._limit.seconds - now) > 0:
            return math.ceil(wait)
        self._hits.append(now)
        return 0
