"""The stream log shared by many workers, in Redis Streams (docs/decisions/0008-written-ahead-in-redis.md)."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

from apps.chat.events import AnswerText, Position, StreamEvent
from apps.chat.log.base import LogUnavailableError, TakenOverError
from apps.chat.log.redis.entries import Fold, encode_fold, folds_key, stream_key
from apps.chat.log.redis.lookup import Lookups
from apps.chat.log.redis.pipeline import WritePipeline
from apps.chat.log.redis.scripts import BEGIN_RUN
from apps.chat.log.redis.tail import LogTail
from apps.chat.log.redis.writer import TAKEN_OVER, RedisWriter, WriterState
from apps.chat.log.run_log import RunLog
from apps.core.tasks import cancel_and_wait, spawn

CLOSING_SECONDS = 5.0


class RedisStreamLog:
    """Writes this worker's answers, and mirrors other workers' answers that are followed here.

    Three connections, however many answers and clients there are: one writes, one looks things up, and one waits for
    new entries of all mirrors together.
    """

    def __init__(self, url: str, ttl: float) -> None:
        """Keep logs for `ttl` seconds after their last entry."""
        self._ttl = ttl
        self._lookups = Lookups(url)
        self._pipeline = WritePipeline(url, ttl)
        self._tail = LogTail(url, self._lookups, ttl)
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        self._tasks = [
            spawn(self._pipeline.write_forever(), name="log-write"),
            spawn(self._pipeline.probe_forever(), name="log-probe"),
            spawn(self._tail.read_forever(), name="log-read"),
        ]

    async def close(self) -> None:
        await self._pipeline.wait_until_idle(CLOSING_SECONDS)
        await cancel_and_wait(*self._tasks)
        for part in (self._pipeline, self._lookups, self._tail):
            await part.close()

    # Writing --------------------------------------------------------------------------------------------------------

    async def start(self, answer_id: UUID, run_number: int, text: AnswerText) -> RedisWriter:
        if run_number == 1:
            run_log, state = RunLog(1, text), WriterState.NEW
            return self._add_writer(RedisWriter(answer_id, run_log, ttl=self._ttl, state=state, folded=0))
        try:
            return await self._begin(answer_id, run_number, text, takes_over=False)
        except LogUnavailableError:
            run_log, state = RunLog(run_number, text), WriterState.UNCERTAIN
            return self._add_writer(RedisWriter(answer_id, run_log, ttl=self._ttl, state=state, folded=text.seq))

    async def take_over(self, answer_id: UUID, run_number: int, text: AnswerText) -> RedisWriter:
        return await self._begin(answer_id, run_number, text, takes_over=True)

    async def _begin(self, answer_id: UUID, run_number: int, text: AnswerText, *, takes_over: bool) -> RedisWriter:
        prefix = encode_fold(Fold(run_number, text.seq, text.seq, b"", [], prefix=text)) if text.seq else b""
        keys = stream_key(answer_id), folds_key(answer_id)
        ttl = round(self._ttl * 1000)
        begin = "EVAL", BEGIN_RUN, len(keys), *keys, run_number, text.seq, prefix, ttl, int(takes_over)
        (reply,) = await self._lookups.execute([begin])
        if reply == TAKEN_OVER:
            raise TakenOverError
        copy, folded = await self._lookups.load(answer_id)
        if copy is None or copy.run_log is None or copy.run_log.number != run_number:
            raise LogUnavailableError
        run_log, state = copy.run_log, WriterState.IN_STEP
        return self._add_writer(RedisWriter(answer_id, run_log, ttl=self._ttl, state=state, folded=folded))

    def _add_writer(self, writer: RedisWriter) -> RedisWriter:
        self._tail.stop_mirroring(writer.answer_id)
        self._pipeline.add(writer)
        return writer

    # Following ------------------------------------------------------------------------------------------------------

    def follow(self, answer_id: UUID, after: Position | None, run_number: int = 1) -> AsyncGenerator[StreamEvent]:
        own = self._pipeline.find_run_log(answer_id)
        # Unless another worker has begun a later run.
        if own is not None and not own.is_superseded and own.number >= run_number:
            return own.follow(after)
        return self._tail.follow(answer_id, after, run_number)

    def unended_runs(self) -> dict[UUID, int]:
        return self._tail.unended_runs()

    def abandon_run(self, answer_id: UUID, run_number: int) -> None:
        self._tail.abandon_run(answer_id, run_number)
