"""The stream log in memory, for a single process."""

from collections.abc import AsyncGenerator, Callable
from functools import partial
from uuid import UUID

from apps.chat.events import AnswerText, Ending, Position, StreamEvent
from apps.chat.log.base import NoSuchLogError
from apps.chat.log.run_log import ClosedRuns, RunLog

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

    async def start(self, answer_id: UUID, run: int, text: AnswerText) -> "MemoryWriter":
        before = self._running.get(answer_id) or self._closed.find(answer_id)
        self._closed.forget(answer_id)
        if before is not None and before.ending is not None and before.head + 1 == text.seq:
            log = before.next_run(run)
        else:
            log = RunLog(run, text)
        return self._begin(answer_id, log)

    async def take_over(self, answer_id: UUID, run: int, text: AnswerText) -> "MemoryWriter":
        released = self._running.get(answer_id) or self._closed.find(answer_id)
        if released is None or released.ending is not None:
            return await self.start(answer_id, run, text)
        self._closed.forget(answer_id)
        return self._begin(answer_id, released.next_run(run))

    def follow(self, answer_id: UUID, after: Position | None, run: int = 1) -> AsyncGenerator[StreamEvent]:
        found = self._running.get(answer_id) or self._closed.find(answer_id)
        if found is None or found.number < run:
            raise NoSuchLogError(answer_id)
        return found.follow(after)

    def unended_runs(self) -> dict[UUID, int]:
        return {}

    def abandon_run(self, answer_id: UUID, run: int) -> None:
        raise NoSuchLogError(answer_id, run)

    def _begin(self, answer_id: UUID, run: RunLog) -> "MemoryWriter":
        self._running[answer_id] = run
        return MemoryWriter(run, partial(self._keep, answer_id, run))

    def _keep(self, answer_id: UUID, run: RunLog) -> None:
        if self._running.get(answer_id) is run:
            del self._running[answer_id]
            self._closed.keep(answer_id, run)


class MemoryWriter:
    """The writer of one run."""

    def __init__(self, run: RunLog, on_close: Callable[[], None]) -> None:
        self._run = run
        self._on_close = on_close
        self.append = run.append
        self.reclassify = run.reclassify
        self.text = run.text

    async def flush(self) -> None:
        """Everything is shown immediately."""

    async def finish(self, ending: Ending) -> int:
        self._run.end(ending)
        self._on_close()
        return self._run.head + 1

    async def release(self) -> None:
        self._on_close()
