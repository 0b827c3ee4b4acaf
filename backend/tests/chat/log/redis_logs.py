"""Followers and writers of a log in Redis, as tests use them."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from uuid import UUID, uuid4

from apps.chat.events import AnswerText, Delta, Position, StreamEvent, TextPart
from apps.chat.log.base import LogWriter
from apps.chat.log.redis.log import RedisStreamLog
from tests.chat.log.logs import has_reset

START = Position(1, 0)

type OpenRedisLog = Callable[[], Awaitable[RedisStreamLog]]


class Reader:
    """Follows an answer, by default from its beginning; `wait_for` waits for its text."""

    def __init__(
        self, log: RedisStreamLog, answer_id: UUID, after: Position | None = START, run_number: int = 1
    ) -> None:
        self.events: list[StreamEvent] = []
        self._changed = asyncio.Event()
        self.task = asyncio.create_task(self._read(log, answer_id, after, run_number))

    async def _read(self, log: RedisStreamLog, answer_id: UUID, after: Position | None, run_number: int) -> None:
        async with aclosing(log.follow(answer_id, after, run_number)) as events:
            async for event in events:
                self.events.append(event)
                self._changed.set()
        self._changed.set()

    @property
    def content(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextPart))

    async def wait_for(self, content: str) -> None:
        async with asyncio.timeout(30):
            while self.content != content:
                assert not self.task.done(), (self.events, self.task.exception())
                self._changed.clear()
                await self._changed.wait()

    async def wait_for_end(self) -> None:
        async with asyncio.timeout(30):
            await self.task

    async def read_whole(self, content: str) -> None:
        """Read to the end, and check that the text is `content`."""
        await self.wait_for_end()
        assert self.content == content
        self.assert_whole()

    def assert_whole(self) -> None:
        """Check that each event begins where the previous one ended, and that there was no reset."""
        assert [event.after for event in self.events] == [0, *(event.seq for event in self.events[:-1])]
        assert not has_reset(self.events)


async def write(writer: LogWriter, *words: str) -> None:
    for word in words:
        writer.append(Delta(word))
        await asyncio.sleep(0)


async def write_until_refused(writer: LogWriter) -> None:
    """Write until the log refuses it."""
    async with asyncio.timeout(30):
        while True:
            await write(writer, "!")
            await asyncio.sleep(0.01)


async def begin_with_reader(log: RedisStreamLog) -> tuple[UUID, LogWriter, Reader]:
    """Start an answer; return it with its writer and a reader in the same process, which has its first words."""
    answer_id = uuid4()
    writer = await log.start(answer_id, 1, AnswerText())
    reader = Reader(log, answer_id)
    await write(writer, "a", "b")
    await reader.wait_for("ab")
    return answer_id, writer, reader


async def begin_with_two_readers(open_redis_log: OpenRedisLog) -> tuple[UUID, LogWriter, Reader, Reader]:
    """Start an answer, and return a reader in another process too; both have its first words."""
    answer_id, writer, here = await begin_with_reader(await open_redis_log())
    there = Reader(await open_redis_log(), answer_id)
    await there.wait_for("ab")
    return answer_id, writer, here, there
