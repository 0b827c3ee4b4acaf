"""Interface of the rate limiters: an exact sliding window (docs/decisions/0024-our-own-rate-limits.md)."""

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


class RateLimiter(Protocol):
    """Counts hits by key; safe to call from any thread, never from an event loop."""

    def hit(self, key: str, limit: Limit) -> int:
        """Count a hit and return 0; if it is too early, do not count it and return the whole seconds to wait."""
        ...

    def close(self) -> None:
        """Close all connections; the next hit opens another."""
        ...
