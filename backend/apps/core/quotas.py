"""Quotas: how many of something may be open under one key at a time, in this worker."""

from collections import Counter
from collections.abc import Hashable


class Quota[K: Hashable]:
    """Counts slots by key, for one thread; a limit of None means no limit."""

    def __init__(self) -> None:
        self._taken: Counter[K] = Counter()

    def acquire(self, key: K, limit: int | None) -> bool:
        """Take a slot; return False if there is none."""
        if limit is not None and self._taken[key] >= limit:
            return False
        self._taken[key] += 1
        return True

    def release(self, key: K) -> None:
        self._taken[key] -= 1
        if self._taken[key] <= 0:
            del self._taken[key]

    def count(self, key: K) -> int:
        return self._taken[key]

    def keys(self) -> set[K]:
        return set(self._taken)
