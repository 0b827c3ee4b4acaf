"""A time limit that is cheap to move: one timer for a whole answer instead of one a token."""

import asyncio
from collections.abc import Callable


class Watchdog:
    """Calls `expire` once a wait has gone on past its deadline; times are those of the event loop's clock."""

    def __init__(self, loop: asyncio.AbstractEventLoop, expire: Callable[[], None]) -> None:
        """Watch nothing yet."""
        self._loop = loop
        self._expire = expire
        self._deadline: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0

    def watch(self, deadline: float) -> None:
        """A wait begins that must end by `deadline`."""
        self._deadline = deadline
        if self._timer is None or deadline < self._timer_at:
            self._arm(deadline)

    def rest(self) -> None:
        """The wait is over; the timer stays, as the next wait will most likely begin before it rings."""
        self._deadline = None

    def stop(self) -> None:
        """Never expire any more."""
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
