"""The wait for an answer's first token: silence of the service is bounded, and so is the whole wait."""

import asyncio
from collections.abc import Callable

from django.conf import settings

type OnAlive = Callable[[int], None]
"""Called with the whole seconds of the wait so far, when the service shows that it is alive."""


class FirstTokenWait:
    """The wait for the first token; data from the service moves its `deadline`, a time of the event loop's clock."""

    def __init__(self, *, silence: float, limit: float, on_alive: OnAlive | None = None) -> None:
        """Start to wait; `silence` and `limit`, of the whole wait, are in seconds."""
        self._loop = asyncio.get_running_loop()
        self._silence = silence
        self._start = self._reported_at = self._loop.time()
        self._end = self._start + limit
        self._on_alive = on_alive
        self.deadline = min(self._start + silence, self._end)

    def expect_whole(self) -> None:
        """Allow silence until the end of the wait: an answer in one piece is silent until it is complete."""
        self.deadline, self._silence = self._end, self._end - self._start

    def restart_silence(self) -> None:
        """Begin the silence again, because the service has sent something."""
        now = self._loop.time()
        self.deadline = min(now + self._silence, self._end)
        if self._on_alive is not None and now - self._reported_at >= settings.WAITING_REPORT_SECONDS:
            self._reported_at = now
            self._on_alive(int(now - self._start))
