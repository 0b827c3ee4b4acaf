"""The stream log of many processes, in Redis Streams (docs/decisions/0008-written-ahead-in-redis.md)."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

from apps.chat.events import AnswerText, Position, StreamEvent
from apps.chat.log.base import LogUnavailableError, TakenOverError
from apps.chat.log.redis.entries import Chunk, encode_chunk, folded_key, stream_key
from apps.chat.log.redis.lookups import Lookups
from apps.chat.log.redis.mirrors import Mirrors
from apps.chat.log.redis.scripts import BEGIN_RUN
from apps.chat.log.redis.writer import TAKEN_OVER, RedisWriter
from apps.chat.log.redis.writers import Writers
from apps.chat.log.run import Run
from apps.core.tasks import cancel_and_wait, spawn

CLOSING_SECONDS = 5.0


class RedisStreamLog:
    """Writes the answers of this process, and mirrors those of others that are followed here.

    Three connections, whatever the number of answers and sockets: one that writes, one that looks things up, and one
    that waits for news of all mirrors together.
    """

    def __init__(self, url: str, ttl: float) -> None:
        """Keep logs for `ttl` seconds after their last entry."""
        self._ttl = ttl
        self._lookups = Lookups(url)
        self._writers = Writers(url, ttl)
        self._mirrors = Mirrors(url, self._lookups, ttl)
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        self._tasks = [
            spawn(self._writers.write_for_ever(), name="log-write"),
            spawn(self._mirrors.read_for_ever(), name="log-read"),
        ]

    async def close(self) -> None:
        await self._writers.wait_until_idle(CLOSING_SECONDS)
        await cancel_and_wait(*self._tasks)
        for part in (self._writers, self._lookups, self._mirrors):
            await part.close()

    # Writing --------------------------------------------------------------------------------------------------------

    async def start(self, answer_id: UUID, run: int, text: AnswerText) -> RedisWriter:
        if run == 1:
            return self._keep(RedisWriter(answer_id, Run(1, text), ttl=self._ttl, is_begun=False, folded=0))
        try:
            return await self._begin(answer_id, run, text, takes_over=False)
        except LogUnavailableError:
            writer = RedisWriter(answer_id, Run(run, text), ttl=self._ttl, is_begun=False, folded=text.seq)
            writer.lose_touch()
            return self._keep(writer)

    async def take_over(self, answer_id: UUID, run: int, text: AnswerText) -> RedisWriter:
        return await self._begin(answer_id, run, text, takes_over=True)

    async def _begin(self, answer_id: UUID, run: int, text: AnswerText, *, takes_over: bool) -> RedisWriter:
        kept = encode_chunk(Chunk(run, text.seq, text.seq, b"", [], kept=text)) if text.seq else b""
        keys = stream_key(answer_id), folded_key(answer_id)
        ttl = round(self._ttl * 1000)
        (begun,) = await self._lookups.ask([("EVAL", BEGIN_RUN, 2, *keys, run, text.seq, kept, ttl, int(takes_over))])
        if begun == TAKEN_OVER:
            raise TakenOverError
        copy, folded = await self._lookups.load(answer_id)
        if copy is None or copy.run is None or copy.run.number != run:
            raise LogUnavailableError
        return self._keep(RedisWriter(answer_id, copy.run, ttl=self._ttl, is_begun=True, folded=folded))

    def _keep(self, writer: RedisWriter) -> RedisWriter:
        self._mirrors.give_way(writer.answer_id)
        self._writers.add(writer)
        return writer

    # Following ------------------------------------------------------------------------------------------------------

    def follow(self, answer_id: UUID, after: Position | None, run: int = 1) -> AsyncGenerator[StreamEvent]:
        own = self._writers.find_run(answer_id)
        # Else another process has begun a later run.
        if own is not None and not own.is_superseded and own.number >= run:
            return own.follow(after)
        return self._mirrors.follow(answer_id, after, run)

    def unended(self) -> dict[UUID, int]:
        return self._mirrors.unended()

    def abandon(self, answer_id: UUID) -> None:
        self._mirrors.abandon(answer_id)
