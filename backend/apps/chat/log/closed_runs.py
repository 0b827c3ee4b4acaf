"""A bounded cache of the logs of closed runs."""

import asyncio

from apps.chat.log.run_log import RunLog


class ClosedRuns[K]:
    """Runs that have no writer any more, kept for clients that reconnect: for `ttl` seconds, within a size limit.

    The oldest is dropped first.
    """

    def __init__(self, ttl: float, bytes_kept: int) -> None:
        self._ttl = ttl
        self._bytes_kept = bytes_kept
        self._runs: dict[K, tuple[RunLog, int, float]] = {}
        self._size = 0

    def keep(self, key: K, run_log: RunLog) -> None:
        """Keep a run that has just been closed; forget runs that are too old or do not fit.

        Followers of a forgotten run without an ending stop: they would wait for its takeover forever.
        """
        self.forget(key)
        size, now = run_log.size(), asyncio.get_running_loop().time()
        self._runs[key] = run_log, size, now
        self._size += size
        while self._runs:
            oldest = next(iter(self._runs))
            if self._size <= self._bytes_kept and self._runs[oldest][2] > now - self._ttl:
                return
            dropped = self._runs[oldest][0]
            self.forget(oldest)
            if dropped.ending is None:
                dropped.supersede()

    def find(self, key: K) -> RunLog | None:
        kept = self._runs.get(key)
        return kept[0] if kept else None

    def forget(self, key: K) -> None:
        _, size, _ = self._runs.pop(key, (None, 0, 0.0))
        self._size -= size
