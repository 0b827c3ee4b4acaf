"""Delays before connecting again: random, and up to a limit that grows with each failure (P-12.2)."""

import random
from dataclasses import dataclass

BASE = 0.5
RESTART = 1.0
"""The longest delay after a server has said that it is restarting."""


@dataclass
class Backoff:
    """Counts failures; `longest` is the longest delay, in seconds."""

    longest: float = 20.0
    failures: int = 0

    def next_delay(self) -> float:
        """Count a failure, and return the delay after it."""
        limit = min(self.longest, BASE * (1 << min(self.failures, 10)))
        self.failures += 1
        return limit * random.uniform(0.25, 1)  # noqa: S311  spreads clients, protects nothing

    def restart_delay(self) -> float:
        """Count a failure, and return the delay after a server that is restarting; grows if that repeats."""
        if self.failures:
            return self.next_delay()
        self.failures += 1
        return min(self.longest, RESTART) * random.uniform(0, 1)  # noqa: S311

    def note_lifetime(self, seconds: float) -> None:
        """Forget the failures if a connection lasted for the longest delay: retries come as often anyway."""
        if seconds >= self.longest:
            self.succeed()

    def succeed(self) -> None:
        """Forget the failures."""
        self.failures = 0
