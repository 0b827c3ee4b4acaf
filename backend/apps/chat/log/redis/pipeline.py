"""The write pipeline: one connection that carries the commands of all Redis writers of this process, in batches."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from uuid import UUID

import structlog
from django.conf import settings
from redis import RedisError

from apps.chat.log.closed_runs import ClosedRuns
from apps.chat.log.redis.writer import RedisWriter, WriterState
from apps.chat.log.run_log import RunLog
from apps.core.outages import is_outage, log_failure
from apps.core.redis.link import Command, RedisLink

logger = structlog.get_logger(__name__)

KEPT_BYTES = 32 * 1024 * 1024
SILENT_AFTER_SECONDS = 0.25
"""Seconds without an acknowledgement after which local followers are shown text that Redis may not have.

A short pause of Redis delays tokens; during an outage they are still shown. If this process is killed then, its
followers get a reset.
"""

TIMER_DELAY_SECONDS = 0.05
"""Seconds by which the timer is late if this process was busy: then Redis may have answered long ago."""


RETRY_SECONDS = 0.1
LARGE_BATCH = 16
BATCH_PAUSE_SECONDS = 0.001
"""The pause after a round trip for more than `LARGE_BATCH` answers, so that more of them share the next one.

A larger round trip costs hardly more. After a smaller one, the pause would only delay tokens.
"""


class WritePipeline:
    """Each round trip carries all pending commands of all answers; ended runs stay readable for a while."""

    def __init__(self, url: str, ttl: float) -> None:
        """Connect to `url` with the first command; keep ended runs for `ttl` seconds."""
        self._link = RedisLink(url)
        self._writers: dict[UUID, RedisWriter] = {}
        self._closed = ClosedRuns[UUID](ttl, KEPT_BYTES)
        self._dirty: dict[UUID, RedisWriter] = {}
        self._has_dirty = asyncio.Event()
        self._is_idle = asyncio.Event()
        self._is_silent = False
        self._silence_timer: asyncio.TimerHandle
        self._is_idle.set()

    async def close(self) -> None:
        await self._link.close()

    def add(self, writer: RedisWriter) -> None:
        """Carry the commands of `writer` from now on; shut out an earlier writer of the same answer."""
        before = self._writers.get(writer.answer_id)
        if before is not None:
            before.shut_out()
        self._closed.forget(writer.answer_id)
        self._writers[writer.answer_id] = writer
        writer.on_pending = self._mark_dirty
        self._mark_dirty(writer)

    def find_run_log(self, answer_id: UUID) -> RunLog | None:
        """Return the run of an answer that this process writes, or wrote a short while ago."""
        writer = self._writers.get(answer_id)
        return writer.run_log if writer is not None else self._closed.find(answer_id)

    async def wait_until_idle(self, max_wait: float) -> None:
        """Return when Redis has everything, or after `max_wait` seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max_wait):
                await self._is_idle.wait()

    async def write_forever(self) -> None:
        """Write until cancelled; after an outage of Redis, or a fault of one answer, every log is rebuilt."""
        while True:
            await self._has_dirty.wait()
            try:
                if await self._write_batch() > LARGE_BATCH:
                    await asyncio.sleep(BATCH_PAUSE_SECONDS)
            except Exception as error:  # noqa: BLE001 - logged; no answer of this worker would end without this task
                self._note_silence(error)
                self._dirty = dict(self._writers)
                for writer in self._writers.values():
                    writer.forget_unacknowledged()
                await asyncio.sleep(RETRY_SECONDS)

    async def probe_forever(self) -> None:
        """Find logs that Redis has lost while their models are silent; other logs are found when they are written."""
        while True:
            await asyncio.sleep(settings.LOG_PROBE_SECONDS)
            for writer in self._writers.values():
                writer.probe()

    def _mark_dirty(self, writer: RedisWriter) -> None:
        if not self._dirty:
            self._has_dirty.set()
            self._is_idle.clear()
        self._dirty[writer.answer_id] = writer
        if self._is_silent:
            writer.show_unacknowledged()

    async def _write_batch(self) -> int:
        """Send all pending commands in one round trip, and return of how many answers.

        Deltas that arrive meanwhile travel in the next one.
        """
        now = asyncio.get_running_loop().time()
        dirty, self._dirty = self._dirty, {}
        batch: list[tuple[RedisWriter, list[Command]]] = []
        for writer in dirty.values():
            if commands := writer.make_commands(now):
                batch.append((writer, commands))
            elif writer.state.is_final:
                self._forget(writer)
        if batch:
            await self._send(batch)
        if not self._dirty:
            self._has_dirty.clear()
            self._is_idle.set()
        return len(batch)

    async def _send(self, batch: Sequence[tuple[RedisWriter, list[Command]]]) -> None:
        refusals: list[RedisError] = []
        # Followers see the batch when its replies arrive, a turn of the event loop before this task continues.
        on_replies = partial(_distribute_replies, batch, refusals)
        self._start_silence_timer()
        try:
            await self._link.call([command for _, commands in batch for command in commands], on_replies=on_replies)
        finally:
            self._silence_timer.cancel()
        if refusals:
            self._note_silence(refusals[0])
        elif self._is_silent:
            self._is_silent = False
            logger.info("stream_log_back")
        await self._fold([writer for writer, _ in batch])
        uncertain = {writer.answer_id: writer for writer, _ in batch if writer.state is WriterState.UNCERTAIN}
        for writer, _ in batch:
            if writer.state.is_final:
                self._forget(writer)
        if uncertain:
            self._dirty |= uncertain
            await asyncio.sleep(RETRY_SECONDS)

    async def _fold(self, writers: Sequence[RedisWriter]) -> None:
        commands = [command for writer in writers for command in writer.make_fold_commands()]
        if not commands:
            return
        self._start_silence_timer()
        try:
            replies = await self._link.call(commands)
        finally:
            self._silence_timer.cancel()
        if any(isinstance(reply, Exception) for reply in replies):
            for writer in writers:
                writer.forget_unacknowledged()

    def _start_silence_timer(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + SILENT_AFTER_SECONDS
        self._silence_timer = loop.call_at(due, self._on_silence_timer, due)

    def _on_silence_timer(self, due: float) -> None:
        if asyncio.get_running_loop().time() > due + TIMER_DELAY_SECONDS:
            self._start_silence_timer()
        else:
            self._note_silence(TimeoutError())

    def _note_silence(self, reason: Exception) -> None:
        if not self._is_silent:
            log_failure(logger, "stream_log_silent", reason)
        self._is_silent = True
        for writer in self._writers.values():
            writer.show_unacknowledged()

    def _forget(self, writer: RedisWriter) -> None:
        """Stop carrying a writer that never has commands again."""
        if self._writers.get(writer.answer_id) is writer:
            del self._writers[writer.answer_id]
            if writer.run_log.ending is not None:
                self._closed.keep(writer.answer_id, writer.run_log)


def _distribute_replies(
    batch: Sequence[tuple[RedisWriter, list[Command]]], refusals: list[RedisError], replies: Sequence[object]
) -> None:
    """Give each writer its replies; if Redis takes no writes, add its reasons to `refusals`.

    It may be full, or have too few replicas. Each refusal to rebuild a log counts.
    """
    remaining = iter(replies)
    for writer, commands in batch:
        was_uncertain = writer.state is WriterState.UNCERTAIN
        own = [next(remaining) for _ in commands]
        writer.process_replies(own)
        if writer.state is WriterState.UNCERTAIN:
            refused = (reply for reply in own if isinstance(reply, RedisError))
            refusals += [reply for reply in refused if was_uncertain or is_outage(reply)]
