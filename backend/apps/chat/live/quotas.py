"""Quotas: how many connections may be open under one key at a time, in this worker."""

from collections import Counter
from collections.abc import Hashable

from apps.core.http.client_address import ClientNetwork


class Quota[K: Hashable]:
    """At most `limit` connections at a time under one key; None means no limit."""

    def __init__(self) -> None:
        self._taken: Counter[K] = Counter()

    def take(self, key: K, limit: int | None) -> bool:
        """Take a slot; return False if there is none."""
        if limit is not None and self._taken[key] >= limit:
            return False
        self._taken[key] += 1
        return True

    def give_back(self, key: K) -> None:
        self._taken[key] -= 1
        if self._taken[key] <= 0:
            del self._taken[key]

    def count(self, key: K) -> int:
        return self._taken[key]

    def keys(self) -> set[K]:
        return set(self._taken)


unauthenticated_sockets = Quota[ClientNetwork]()
"""WebSockets that have not signed in, by client network."""
