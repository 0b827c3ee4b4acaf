"""Slots that limit how much work runs at once, shared fairly between callers."""

import threading
from collections import OrderedDict, deque
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


class NoSlotError(Exception):
    """The caller has too many waiting already, or got no slot in time."""


class FairSlots[K: Hashable]:
    """At most `count` slots at a time; waiting callers are served round robin by key, each key in its order.

    One key has at most `max_per_key` slots, and at most `max_waiting` callers that wait for one. For threads, never
    for an event loop, except `count_before`.
    """

    def __init__(self, count: int, *, max_per_key: int, max_waiting: int) -> None:
        self._lock = threading.Lock()
        self._free = count
        self._max_per_key = max_per_key
        self._max_waiting = max_waiting
        self._running: dict[K, int] = {}
        self._lines: OrderedDict[K, deque[threading.Event]] = OrderedDict()
        """The waiting calls of each key; the first key gets the next slot."""

    @contextmanager
    def slot(self, key: K, *, max_wait: float) -> Iterator[None]:
        """Wait for a slot, at most `max_wait` seconds, and release it at the end of the block.

        Raises:
            NoSlotError: there is none.
        """
        self.acquire(key, max_wait=max_wait)
        try:
            yield
        finally:
            self.release(key)

    def acquire(self, key: K, *, max_wait: float) -> None:
        """Wait for a slot, at most `max_wait` seconds; raises NoSlotError if there is none."""
        with self._lock:
            if self._may_begin(key):
                self._begin(key)
                return
            line = self._lines.setdefault(key, deque())
            if len(line) >= self._max_waiting:
                raise NoSlotError
            mine = threading.Event()
            line.append(mine)
        if mine.wait(max_wait):
            return
        with self._lock:
            if mine.is_set():  # at the last moment
                return
            line.remove(mine)
            if not line:
                del self._lines[key]
        raise NoSlotError

    def count_before(self, key: K) -> int:
        """Return how many callers, at least, would get a slot before a new caller with this key."""
        if not self._lock.acquire(blocking=False):
            return 0
        try:
            own = len(self._lines.get(key, ()))
            # A new line is the last; the turns of others before an older one are left out.
            turns = own or 1
            return own + sum(min(len(line), turns) for other, line in self._lines.items() if other != key)
        finally:
            self._lock.release()

    def release(self, key: K) -> None:
        """Release a slot; the next caller gets it."""
        with self._lock:
            self._free += 1
            left = self._running[key] - 1
            if left:
                self._running[key] = left
            else:
                del self._running[key]
            if not self._lines:
                return
            following = next((waiting for waiting in self._lines if self._may_begin(waiting)), None)
            if following is None:
                return
            self._begin(following)
            line = self._lines.pop(following)
            line.popleft().set()
            if line:
                self._lines[following] = line  # behind the others

    def _may_begin(self, key: K) -> bool:
        return self._free > 0 and self._running.get(key, 0) < self._max_per_key

    def _begin(self, key: K) -> None:
        self._free -= 1
        self._running[key] = self._running.get(key, 0) + 1
