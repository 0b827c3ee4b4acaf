"""How long an answer's first token may take: silence of the service is bounded, and so is the whole wait."""

import asyncio


class FirstTokenWait:
    """`deadline` is a time of the event loop's clock; whatever the service sends moves it."""

    def __init__(self, *, silence: float, limit: float) -> None:
        """Start to wait; `silence` and `limit`, of the whole wait, are in seconds."""
        self._loop = asyncio.get_running_loop()
        self._silence = silence
        self._end = self._loop.time() + limit
        self.deadline = 0.0
        self.heard()

    def heard(self) -> None:
        """Begin the silence again, because the service has sent something."""
        self.deadline = min(self._loop.time() + self._silence, self._end)
