"""A deadline that is cheap to move: one timer per answer instead of one per token."""

import asyncio
from collections.abc import Callable


class Watchdog:
    """Calls `expire` when a wait exceeds its deadline; times are those of the event loop's clock."""

    def __init__(self, loop: asyncio.AbstractEventLoop, expire: Callable[[], None]) -> None:
        self._loop = loop
        self._expire = expire
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0

    def watch(self, deadline: float) -> None:
        """Start a wait that must end by `deadline`."""
        self._deadline = deadline
        if self._timer is None or deadline < self._timer_at:
            self._arm(deadline)

    def rest(self) -> None:
        """End the wait; the timer stays, because the next wait usually starts before it fires."""
        self._deadline = None

    def stop(self) -> None:
        """Stop for good."""
        self._deadline = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, at: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = at
        self._timer = self._loop.call_at(at, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._deadline is None:
            return
        if self._deadline > self._timer_at:
            self._arm(self._deadline)
        else:
            self._expire()
