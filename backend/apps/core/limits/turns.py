"""Turns at something of which few can run at once, shared fairly between callers."""

import threading
from collections import OrderedDict, deque
from collections.abc import Hashable, Iterator
from contextlib import contextmanager


class NoTurnError(Exception):
    """The caller has too many waiting already, or its turn did not come in time."""


class FairTurns[K: Hashable]:
    """At most `at_once` turns at a time; those that wait are served round robin by key, each key in its order.

    At most `most_waiting` wait under one key. For threads, never for an event loop.
    """

    def __init__(self, at_once: int, most_waiting: int) -> None:
        self._lock = threading.Lock()
        self._free = at_once
        self._most_waiting = most_waiting
        self._lines: OrderedDict[K, deque[threading.Event]] = OrderedDict()
        """Who waits; the first line has the next turn."""

    @contextmanager
    def turn(self, key: K, *, patience: float) -> Iterator[None]:
        """Wait for a turn, at most `patience` seconds, and give it back at the end of the block.

        Raises:
            NoTurnError: there is none.
        """
        self._take(key, patience)
        try:
            yield
        finally:
            self._give_back()

    def _take(self, key: K, patience: float) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            line = self._lines.setdefault(key, deque())
            if len(line) >= self._most_waiting:
                raise NoTurnError
            mine = threading.Event()
            line.append(mine)
        if mine.wait(patience):
            return
        with self._lock:
            if mine.is_set():  # at the last moment
                return
            line.remove(mine)
            if not line:
                del self._lines[key]
        raise NoTurnError

    def _give_back(self) -> None:
        with self._lock:
            if not self._lines:
                self._free += 1
                return
            key, line = self._lines.popitem(last=False)
            line.popleft().set()
            if line:
                self._lines[key] = line  # behind the others
