"""Rate limits: an exact sliding window, and the interface of limiters, which count by key.

docs/decisions/0024-our-own-rate-limits.md says why they are our own.
"""

import math
from dataclasses import dataclass
from functools import cache
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` hits in any `seconds`; a count of zero means no limit."""

    count: int
    seconds: int

    @classmethod
    @cache  # Shared by all keys with this limit.
    def parse(cls, text: str) -> Self:
        """Read `"20/60"` (count/seconds) or `"off"`.

        Raises:
            ValueError: any other text; the message says what is expected.
        """
        if text.strip().lower() == "off":
            return cls(0, 0)
        count, _, seconds = text.partition("/")
        try:
            limit = cls(int(count), int(seconds))
        except ValueError:
            limit = cls(0, 0)
        if limit.count < 1 or limit.seconds < 1:
            raise ValueError(f'"{text}" is not a limit: write "count/seconds", as in "20/60", or "off".')
        return limit

    @property
    def is_off(self) -> bool:
        return self.count == 0


class Window:
    """The times of the latest hits within a limit; allocates nothing until the first. For one thread at a time.

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

    def undo_hit(self) -> None:
        """Forget the latest hit."""
        if self._hits:
            del self._hits[-1]

    def has_expired(self, now: float) -> bool:
        """Return whether even the latest hit is older than the window."""
        return not self._hits or self._hits[-1] + self._limit.seconds <= now


class RateLimiter(Protocol):
    """Counts hits by key; safe to call from any thread, never from an event loop."""

    def hit(self, key: str, limit: Limit) -> int:
        """Count a hit and return 0; if it is too early, do not count it and return the whole seconds to wait."""
        ...

    def undo_hit(self, key: str, limit: Limit) -> None:
        """Forget a hit that was counted a moment ago."""
        ...

    def close(self) -> None:
        """Close all connections; the next hit opens another."""
        ...
