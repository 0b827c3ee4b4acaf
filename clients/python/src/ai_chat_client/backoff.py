"""Delays before connecting again: random, and up to a limit that grows with each failure (P-12.2)."""

import random
from dataclasses import dataclass

BASE_SECONDS = 0.5
"""The longest delay after the first failure."""

RESTART_SECONDS = 1.0
"""The longest delay after a server has said that it is restarting."""


@dataclass(frozen=True)
class Delays:
    """The times of a client, in seconds: `Client` explains them."""

    max_delay: float
    give_up_after: float
    idle_seconds: float


@dataclass
class Backoff:
    """The delay before the next connection; `max_delay` in seconds."""

    max_delay: float = 20.0
    failures: int = 0

    def record_failure(self) -> float:
        """Count a failure, and return the delay after it."""
        limit = min(self.max_delay, BASE_SECONDS * (1 << min(self.failures, 10)))
        self.failures += 1
        return limit * random.uniform(0.25, 1)  # noqa: S311  spreads clients, protects nothing

    def record_restart(self) -> float:
        """Count a failure, and return the delay for a server that is restarting; it grows if that repeats."""
        if self.failures:
            return self.record_failure()
        self.failures += 1
        return min(self.max_delay, RESTART_SECONDS) * random.uniform(0, 1)  # noqa: S311

    def record_lifetime(self, seconds: float) -> None:
        """Forget the failures if a connection lasted for the longest delay: then retries are rare enough."""
        if seconds >= self.max_delay:
            self.reset()

    def reset(self) -> None:
        """Forget the failures."""
        self.failures = 0
