"""Writing an answer to a stream log of any kind, and reading it again."""

import asyncio
from contextlib import aclosing, suppress
from uuid import UUID, uuid4

from apps.chat.events import AnswerStatus, AnswerText, Delta, DeltaKind, Ending, Position, StreamEvent, TextPart
from apps.chat.log.base import LogWriter, NoSuchLogError, StreamLog
from testkit.socket_client import PATIENCE_SECONDS

COMPLETE = Ending(AnswerStatus.COMPLETE, "stop")


async def begin(log: StreamLog, run_number: int = 1, text: AnswerText | None = None) -> tuple[UUID, LogWriter]:
    answer_id = uuid4()
    return answer_id, await log.start(answer_id, run_number, text or AnswerText())


def append(writer: LogWriter, *words: str, kind: DeltaKind = DeltaKind.CONTENT) -> None:
    for word in words:
        writer.append(Delta(word, kind))


async def read(log: StreamLog, answer_id: UUID, after: Position | None) -> list[StreamEvent]:
    return [event async for event in log.follow(answer_id, after)]


def joined(events: list[StreamEvent], kind: DeltaKind = DeltaKind.CONTENT) -> str:
    return "".join(event.text for event in events if isinstance(event, TextPart) and event.kind is kind)


def assert_in_step(events: list[StreamEvent], seq: int) -> None:
    """Check that each event begins where the previous one ended, the first at `seq`."""
    for event in events:
        assert event.after == seq
        seq = event.seq


def begins_with_reset(events: list[StreamEvent]) -> bool:
    return has_reset(events[:1])


def has_reset(events: list[StreamEvent]) -> bool:
    return any(isinstance(event, TextPart) and event.reset for event in events)


class OtherProcess:
    """A log that is written by one process and followed by another."""

    def __init__(self, writing: StreamLog, reading: StreamLog) -> None:
        self._writing = writing
        self._reading = reading
        self.follow = reading.follow

    async def start(self, answer_id: UUID, run_number: int, text: AnswerText) -> LogWriter:
        writer = await self._writing.start(answer_id, run_number, text)
        await self._until_seen(answer_id)
        return writer

    async def take_over(self, answer_id: UUID, run_number: int, text: AnswerText) -> LogWriter:
        return await self._writing.take_over(answer_id, run_number, text)

    async def _until_seen(self, answer_id: UUID) -> None:
        """Wait until the other process can follow the answer: its beginning may still be on its way to Redis."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                with suppress(NoSuchLogError):
                    async with aclosing(self._reading.follow(answer_id, None)) as events:
                        await anext(events)
                        return
                await asyncio.sleep(0)
