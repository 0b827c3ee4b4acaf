"""The stream log in memory, for a single process."""

from collections.abc import AsyncGenerator, Callable
from functools import partial
from uuid import UUID

from apps.chat.events import AnswerText, Ending, Position, StreamEvent
from apps.chat.log.base import NoSuchLogError
from apps.chat.log.closed_runs import ClosedRuns
from apps.chat.log.run_log import RunLog

KEPT_BYTES = 32 * 1024 * 1024
"""Approximate memory for closed runs, kept for clients that reconnect; the oldest is dropped first."""


class MemoryStreamLog:
    """Keeps running answers, and closed runs for `ttl` seconds within a size limit."""

    def __init__(self, ttl: float) -> None:
        """Keep closed runs for `ttl` seconds."""
        self._running: dict[UUID, RunLog] = {}
        self._closed = ClosedRuns[UUID](ttl, KEPT_BYTES)

    async def open(self) -> None:
        """Nothing to connect to."""

    async def close(self) -> None:
        """Nothing to disconnect from."""

    async def start(self, answer_id: UUID, run_number: int, text: AnswerText) -> "MemoryWriter":
        previous = self._running.get(answer_id) or self._closed.find(answer_id)
        self._closed.forget(answer_id)
        if previous is not None and previous.ending is not None and previous.head + 1 == text.seq:
            run_log = previous.next_run(run_number)
        else:
            if previous is not None:
                previous.supersede()
            run_log = RunLog(run_number, text)
        return self._begin(answer_id, run_log)

    async def take_over(self, answer_id: UUID, run_number: int, text: AnswerText) -> "MemoryWriter":
        released = self._running.get(answer_id) or self._closed.find(answer_id)
        if released is None or released.ending is not None:
            return await self.start(answer_id, run_number, text)
        self._closed.forget(answer_id)
        return self._begin(answer_id, released.next_run(run_number))

    def follow(self, answer_id: UUID, after: Position | None, run_number: int = 1) -> AsyncGenerator[StreamEvent]:
        found = self._running.get(answer_id) or self._closed.find(answer_id)
        if found is None or found.number < run_number:
            raise NoSuchLogError(answer_id)
        return found.follow(after)

    def unended_runs(self) -> dict[UUID, int]:
        return {}

    def abandon_run(self, answer_id: UUID, run_number: int) -> None:
        """No other worker writes to this log."""

    def _begin(self, answer_id: UUID, run_log: RunLog) -> "MemoryWriter":
        self._running[answer_id] = run_log
        return MemoryWriter(run_log, partial(self._keep, answer_id, run_log))

    def _keep(self, answer_id: UUID, run_log: RunLog) -> None:
        if self._running.get(answer_id) is run_log:
            del self._running[answer_id]
            self._closed.keep(answer_id, run_log)


class MemoryWriter:
    """The writer of one run."""

    def __init__(self, run_log: RunLog, on_close: Callable[[], None]) -> None:
        self._run_log = run_log
        self._on_close = on_close
        self.append = run_log.append
        self.reclassify = run_log.reclassify
        self.text = run_log.text

    async def flush(self) -> None:
        """Everything is shown immediately."""

    async def finish(self, ending: Ending) -> int:
        if not self._run_log.is_superseded:
            self._run_log.end(ending)
        self._on_close()
        return self._run_log.head + 1

    async def release(self) -> None:
        self._on_close()
