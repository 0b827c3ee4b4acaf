"""An exact sliding window: at most this many hits in any stretch of time."""

import math

from apps.core.limits.base import Limit


class Window:
    """The times of the latest hits; allocates nothing until the first. For one thread at a time.

    A list: a deque takes 760 bytes for the one hit of an idle socket.
    """

    __slots__ = ("_hits", "_limit")

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._hits: list[float] | None = None

    def __len__(self) -> int:
        """Return how many hits are remembered; older ones than the window may be among them."""
        return len(self._hits or ())

    def hit(self, now: float) -> int:
        """Count a hit at `now`, in seconds of a steady clock, and return 0; or return the whole seconds to wait."""
        if self._limit.is_off:
            return 0
        if self._hits is None:
            self._hits = []
        if len(self._hits) == self._limit.count:
            if (wait := self._hits[0] + self._limit.seconds - now) > 0:
                return math.ceil(wait)
            del self._hits[0]
        self._hits.append(now)
        return 0

    def has_expired(self, now: float) -> bool:
        """Return whether even the latest hit is older than the window."""
        return not self._hits or self._hits[-1] + self._limit.seconds <= now
