"""The stream log of many processes, in Redis Streams (docs/decisions/0008-write-ahead-in-redis.md)."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from typing import Any
from uuid import UUID, uuid4

import structlog

from apps.chat.events import AnswerText, Position, StreamEvent
from apps.chat.streams.base import LogUnavailableError, NoSuchLogError, TakenOverError
from apps.chat.streams.redis.entries import Chunk, Entry, Replay, encode_chunk, folded_key, replay, stream_key
from apps.chat.streams.redis.link import Command, LinkDownError, RedisLink
from apps.chat.streams.redis.mirror import Mirror
from apps.chat.streams.redis.scripts import BEGIN_RUN
from apps.chat.streams.redis.writer import TAKEN_OVER, RedisWriter
from apps.chat.streams.runs import EndedRuns, Run
from apps.core.tasks import cancel_and_wait, spawn

logger = structlog.get_logger(__name__)

KEPT_BYTES = 32 * 1024 * 1024
SILENCE_SECONDS = 0.1
"""After so long without an acknowledgement the followers of this process are shown what is not safe yet."""

RETRY_SECONDS = 0.1
BLOCK_SECONDS = 5
ABANDONED_KEPT = 1000
CLOSING_SECONDS = 5.0


class RedisStreamLog:
    """Writes the answers of this process, and mirrors those of others that are followed here.

    Three connections, whatever the number of answers and sockets: one that writes, one that looks things up, and one
    that waits for news of all mirrors together.
    """

    def __init__(self, url: str, ttl: float) -> None:
        """Keep logs for `ttl` seconds after their last entry."""
        self._ttl = ttl
        self._write_link, self._look_link, self._news_link = RedisLink(url), RedisLink(url), RedisLink(url)
        self._writers: dict[UUID, RedisWriter] = {}
        self._ended = EndedRuns[UUID](ttl, KEPT_BYTES)
        self._mirrors: dict[UUID, Mirror] = {}
        self._abandoned: dict[UUID, None] = {}
        self._wake_key = f"chat:wake:{uuid4().hex}"
        self._wake_id: bytes = b"0-0"
        self._dirty: dict[UUID, RedisWriter] = {}
        self._has_news = asyncio.Event()
        self._is_idle = asyncio.Event()
        self._has_mirrors = asyncio.Event()
        self._is_silent = False
        self._is_idle.set()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        self._tasks = [spawn(self._write_for_ever(), name="log-write"), spawn(self._read_for_ever(), name="log-read")]

    async def close(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_SECONDS):
                await self._is_idle.wait()
        await cancel_and_wait(*self._tasks)
        for link in (self._write_link, self._look_link, self._news_link):
            await link.close()

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
        (begun,) = await self._look([("EVAL", BEGIN_RUN, 2, *keys, run, text.seq, kept, ttl, int(takes_over))])
        if begun == TAKEN_OVER:
            raise TakenOverError
        copy, folded = await self._load(answer_id)
        if copy is None or copy.run is None or copy.run.number != run:
            raise LogUnavailableError
        return self._keep(RedisWriter(answer_id, copy.run, ttl=self._ttl, is_begun=True, folded=folded))

    def _keep(self, writer: RedisWriter) -> RedisWriter:
        before = self._writers.get(writer.answer_id)
        if before is not None:
            before.be_taken_over()
        if (mirror := self._mirrors.pop(writer.answer_id, None)) is not None:
            mirror.run.supersede()
        self._ended.forget(writer.answer_id)
        self._abandoned.pop(writer.answer_id, None)
        self._writers[writer.answer_id] = writer
        writer.has_news = self._note
        self._note(writer)
        return writer

    def _note(self, writer: RedisWriter) -> None:
        self._dirty[writer.answer_id] = writer
        self._has_news.set()
        self._is_idle.clear()
        if self._is_silent:
            writer.show_unsafe()

    async def _write_for_ever(self) -> None:
        while True:
            await self._has_news.wait()
            try:
                await self._write()
            except LinkDownError as error:
                if not self._is_silent:
                    logger.warning("stream_log_silent", error=str(error))
                self._fall_silent()
                for writer in self._writers.values():
                    writer.lose_touch()
                    self._dirty[writer.answer_id] = writer
                await asyncio.sleep(RETRY_SECONDS)

    async def _write(self) -> None:
        """Tell Redis all that there is to tell, in one round trip; what comes meanwhile goes with the next one."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        batch = []
        for writer in list(self._dirty.values()):
            if commands := writer.commands(now):
                batch.append((writer, commands))
            else:
                self._set_aside(writer)
        if not batch:
            self._has_news.clear()
            self._is_idle.set()
            return
        alarm = loop.call_later(SILENCE_SECONDS, self._fall_silent)
        try:
            replies = await self._write_link.call([command for _, commands in batch for command in commands])
        finally:
            alarm.cancel()
        taken = iter(replies)
        for writer, commands in batch:
            writer.take_replies([next(taken) for _ in commands])
        self._is_silent = False
        await self._fold([writer for writer, _ in batch])
        if any(writer.is_uncertain for writer, _ in batch):
            await asyncio.sleep(RETRY_SECONDS)

    async def _fold(self, writers: Sequence[RedisWriter]) -> None:
        commands = [command for writer in writers for command in writer.fold()]
        if commands and any(isinstance(reply, Exception) for reply in await self._write_link.call(commands)):
            for writer in writers:
                writer.lose_touch()

    def _fall_silent(self) -> None:
        self._is_silent = True
        for writer in self._writers.values():
            writer.show_unsafe()

    def _set_aside(self, writer: RedisWriter) -> None:
        """Leave a writer alone that has nothing to tell for now, or never again."""
        if self._dirty.get(writer.answer_id) is writer:
            del self._dirty[writer.answer_id]
        if (writer.is_done or writer.is_taken_over) and self._writers.get(writer.answer_id) is writer:
            del self._writers[writer.answer_id]
            if writer.run.ending is not None:
                self._ended.keep(writer.answer_id, writer.run)

    # Following ------------------------------------------------------------------------------------------------------

    def follow(self, answer_id: UUID, after: Position | None, run: int = 1) -> AsyncGenerator[StreamEvent]:
        writer = self._writers.get(answer_id)
        own = writer.run if writer is not None else self._ended.find(answer_id)
        # Else another process has begun a later run.
        if own is not None and not own.is_superseded and own.number >= run:
            return own.follow(after)
        return self._follow_mirror(answer_id, after, run)

    async def _follow_mirror(self, answer_id: UUID, after: Position | None, run: int) -> AsyncGenerator[StreamEvent]:
        mirror = await self._mirror(answer_id, run)
        mirror.followers += 1
        try:
            async with aclosing(mirror.run.follow(after)) as events:
                async for event in events:
                    yield event
        finally:
            mirror.followers -= 1
            if not mirror.followers and self._mirrors.get(answer_id) is mirror:
                del self._mirrors[answer_id]

    def unended(self) -> dict[UUID, int]:
        return {key: mirror.run.number for key, mirror in self._mirrors.items() if mirror.run.ending is None}

    def abandon(self, answer_id: UUID) -> None:
        self._abandoned[answer_id] = None
        if len(self._abandoned) > ABANDONED_KEPT:
            del self._abandoned[next(iter(self._abandoned))]
        if (mirror := self._mirrors.pop(answer_id, None)) is not None:
            mirror.run.supersede()

    async def _mirror(self, answer_id: UUID, run: int) -> Mirror:
        mirror = self._mirrors.get(answer_id)
        if mirror is not None and mirror.run.ending is None and mirror.run.number >= run:
            return mirror
        if answer_id in self._abandoned:
            raise NoSuchLogError(answer_id)
        try:
            copy, _ = await self._load(answer_id)
        except LogUnavailableError as error:
            raise NoSuchLogError(answer_id) from error
        if copy is None or copy.run is None or copy.run.number < run:
            raise NoSuchLogError(answer_id)
        if self._mirrors.get(answer_id) is mirror:  # Else somebody has loaded it meanwhile.
            self._mirrors[answer_id] = Mirror(copy)
            await self._wake_reader()
        return self._mirrors.get(answer_id) or Mirror(copy)

    async def _load(self, answer_id: UUID) -> tuple[Replay | None, int]:
        """Return a copy of what the log has, and how many of its numbers are in chunks."""
        chunks, entries = await self._fetch(answer_id)
        copy = replay(chunks, entries)
        begun = Replay()
        begun.fold_in(chunks)
        return copy, begun.run.head if begun.run is not None else 0

    async def _read_for_ever(self) -> None:
        while True:
            await self._has_mirrors.wait()
            try:
                await self._read()
            except LinkDownError:
                await asyncio.sleep(RETRY_SECONDS)
                # What came while nobody listened may have been folded, or lost.
                for mirror in self._mirrors.values():
                    mirror.is_gapped = True

    async def _read(self) -> None:
        """Wait for news of all mirrors at once."""
        for answer_id, mirror in list(self._mirrors.items()):
            if mirror.is_gapped:
                await self._close_gap(answer_id, mirror)
        waiting = {stream_key(key): mirror for key, mirror in self._mirrors.items()}
        if not waiting:
            self._has_mirrors.clear()
            return
        ids = [mirror.last_id for mirror in waiting.values()]
        command: list[str | bytes | int] = ["XREAD", "COUNT", 1000, "BLOCK", BLOCK_SECONDS * 1000]
        command += ["STREAMS", self._wake_key, *waiting, self._wake_id, *ids]
        (reply,) = await self._news_link.call([command], patience=BLOCK_SECONDS + 2)
        if isinstance(reply, Exception):
            raise LinkDownError(type(reply).__name__)
        for key, entries in reply or ():
            name = key.decode()
            if name == self._wake_key:
                self._wake_id = entries[-1][0]
            else:
                waiting[name].apply(entries)

    async def _close_gap(self, answer_id: UUID, mirror: Mirror) -> None:
        try:
            chunks, entries = await self._fetch(answer_id)
        except LogUnavailableError as error:
            raise LinkDownError from error
        mirror.reload(chunks, entries)

    async def _wake_reader(self) -> None:
        """Have the reader wait for the new mirror too."""
        self._has_mirrors.set()
        with suppress(LogUnavailableError):
            await self._look(
                [
                    ("XADD", self._wake_key, "MAXLEN", 1, "*", "w", ""),
                    ("PEXPIRE", self._wake_key, round(self._ttl * 1000)),
                ]
            )

    async def _fetch(self, answer_id: UUID) -> tuple[list[bytes], list[Entry]]:
        whole: list[Command] = [
            ("LRANGE", folded_key(answer_id), 0, -1),
            ("XRANGE", stream_key(answer_id), "-", "+"),
        ]
        chunks, entries = (await self._look([("MULTI",), *whole, ("EXEC",)]))[-1]
        return chunks, entries

    async def _look(self, commands: Sequence[Command]) -> list[Any]:
        try:
            replies = await self._look_link.call(commands)
        except LinkDownError as error:
            raise LogUnavailableError from error
        for reply in replies:
            if isinstance(reply, Exception):
                raise LogUnavailableError from reply
        return replies
