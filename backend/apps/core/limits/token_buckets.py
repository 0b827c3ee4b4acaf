"""Token buckets: limits of an amount per time, such as bytes, in O(1) of time and memory. For one thread."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from itertools import islice

from apps.core.limits.base import Limit


class TokenBucket:
    """A token bucket that holds `limit.count`."""

    __slots__ = ("_at", "_left", "_limit")

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._left = float(limit.count)
        self._at = 0.0

    def spend(self, cost: int, now: float) -> bool:
        """Take `cost` out at `now`, in seconds of a monotonic clock; return False if there is not enough."""
        if self._limit.is_off:
            return True
        self._refill(now)
        self._left -= cost
        return self._left >= 0

    def try_to_spend(self, cost: int, now: float) -> int:
        """Take `cost` out and return 0; if too little is left, take nothing and return the whole seconds to wait."""
        wait = self.reserve(cost, now)
        if wait:
            self._left += cost
        return math.ceil(wait)

    def reserve(self, cost: int, now: float) -> float:
        """Take `cost` out, and return the seconds after which there is enough."""
        if self.spend(cost, now):
            return 0.0
        return -self._left * self._limit.seconds / self._limit.count

    def is_full(self, now: float) -> bool:
        """Return whether nothing is missing at `now`."""
        self._refill(now)
        return self._left >= self._limit.count

    def _refill(self, now: float) -> None:
        if self._at:
            refill = (now - self._at) * self._limit.count / self._limit.seconds
            self._left = min(self._limit.count, self._left + refill)
        self._at = now


class TokenBuckets[K: Hashable]:
    """A token bucket for each key; full ones are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used: OrderedDict[K, TokenBucket] = OrderedDict()  # least recently used first

    def try_to_spend(self, key: K, cost: int, limit: Limit) -> int:
        """Spend `cost` of a key's bucket; returns as `TokenBucket.try_to_spend`."""
        if limit.is_off:
            return 0
        now = self._clock()
        return self._find_bucket(key, limit, now).try_to_spend(cost, now)

    def reserve(self, key: K, cost: int, limit: Limit) -> float:
        """Reserve `cost` of a key's bucket; returns as `TokenBucket.reserve`."""
        if limit.is_off:
            return 0.0
        now = self._clock()
        return self._find_bucket(key, limit, now).reserve(cost, now)

    def _find_bucket(self, key: K, limit: Limit, now: float) -> TokenBucket:
        # Two at a time: a call adds at most one, so full ones go faster than others come.
        for oldest in list(islice(self._used, 2)):
            if self._used[oldest].is_full(now):
                del self._used[oldest]
        bucket = self._used.setdefault(key, TokenBucket(limit))
        self._used.move_to_end(key)
        return bucket
