"""The waits for a service: the first token of an answer, the deadline of each piece, and the rest after `[DONE]`."""

import asyncio
from collections.abc import Callable

from django.conf import settings

from apps.chat.providers.base import OnAlive

GRACE_AFTER_DONE_SECONDS = 0.05
"""Seconds after `[DONE]` in which usage, an error or the end of the response may follow.

A response that is read to its end returns its connection to the pool.
"""


class FirstTokenWait:
    """The wait for the first token: both silence and the total time are limited.

    Data from the service moves its `deadline`, a time of the event loop's clock.
    """

    def __init__(self, *, silence: float, limit: float, on_alive: OnAlive | None = None) -> None:
        """Start to wait for at most `limit` seconds, and through silence of at most `silence` seconds."""
        self._loop = asyncio.get_running_loop()
        self._silence = silence
        self._start = self._reported_at = self._loop.time()
        self._end = self._start + limit
        self._on_alive = on_alive
        self.deadline = min(self._start + silence, self._end)

    def expect_whole_answer(self) -> None:
        """Allow silence until the end of the wait: an answer in one piece is silent until it is complete."""
        self.deadline, self._silence = self._end, self._end - self._start

    def restart_silence(self) -> None:
        """Restart the limit of silence, because the service has sent something."""
        now = self._loop.time()
        self.deadline = min(now + self._silence, self._end)
        if self._on_alive is not None and now - self._reported_at >= settings.WAITING_REPORT_SECONDS:
            self._reported_at = now
            self._on_alive(int(now - self._start))


class Watchdog:
    """Calls `expire` when a wait exceeds its deadline, a time of the event loop's clock.

    The deadline is cheap to move: one timer per answer instead of one per token.
    """

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

    def end_wait(self) -> None:
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
        self._timer = self._loop.call_at(at, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        if self._deadline is None:
            return
        if self._deadline > self._timer_at:
            self._arm(self._deadline)
        else:
            self._expire()
