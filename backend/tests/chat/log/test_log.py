"""The promises of a stream log, for every implementation."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Any
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from apps.chat.events import (
    AnswerStatus,
    AnswerText,
    Delta,
    DeltaKind,
    Ending,
    Position,
    RunEnded,
    StreamEvent,
    TextPart,
)
from apps.chat.log.base import LogWriter, NoSuchLogError, StreamLog
from apps.chat.log.memory import MemoryStreamLog
from apps.chat.log.merging import PART_LENGTH
from apps.chat.log.redis.log import RedisStreamLog
from testkit.socket_client import PATIENCE_SECONDS

COMPLETE = Ending(AnswerStatus.COMPLETE, "stop")


class OtherProcess:
    """A log that is written by one process and followed by another."""

    def __init__(self, writing: StreamLog, reading: StreamLog) -> None:
        self._writing = writing
        self.follow = reading.follow
        self._reading = reading

    async def start(self, answer_id: UUID, run: int, text: AnswerText) -> LogWriter:
        writer = await self._writing.start(answer_id, run, text)
        await self._until_seen(answer_id)
        return writer

    async def take_over(self, answer_id: UUID, run: int, text: AnswerText) -> LogWriter:
        return await self._writing.take_over(answer_id, run, text)

    async def _until_seen(self, answer_id: UUID) -> None:
        """Wait until the other process can follow the answer: its beginning may still be on its way to Redis."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                with suppress(NoSuchLogError):
                    async with aclosing(self._reading.follow(answer_id, None)) as events:
                        await anext(events)
                        return
                await asyncio.sleep(0)


@pytest.fixture
async def new_log(settings: Settings) -> AsyncIterator[Callable[[str], Awaitable[StreamLog]]]:
    """Open logs, each as a process of its kind would; they are closed after the test."""
    opened: list[StreamLog] = []

    async def make(kind: str) -> StreamLog:
        if kind == "redis" and not settings.REDIS_URL:
            pytest.skip("needs Redis: --services=postgres")
        log: StreamLog = MemoryStreamLog(ttl=600) if kind == "memory" else RedisStreamLog(settings.REDIS_URL, ttl=600)
        opened.append(log)
        await log.open()
        return log

    yield make
    for log in opened:
        await log.close()


@pytest.fixture(params=["memory", "redis", "redis, other process"])
async def log(request: pytest.FixtureRequest, new_log: Callable[[str], Awaitable[StreamLog]]) -> Any:
    if request.param == "redis, other process":
        return OtherProcess(await new_log("redis"), await new_log("redis"))
    return await new_log(request.param)


async def begin(log: StreamLog, run: int = 1, text: AnswerText | None = None) -> tuple[UUID, LogWriter]:
    answer_id = uuid4()
    return answer_id, await log.start(answer_id, run, text or AnswerText())


async def read(log: StreamLog, answer_id: UUID, after: Position | None) -> list[StreamEvent]:
    return [event async for event in log.follow(answer_id, after)]


def joined(events: list[StreamEvent], kind: DeltaKind = DeltaKind.CONTENT) -> str:
    return "".join(event.text for event in events if isinstance(event, TextPart) and event.kind is kind)


def assert_in_step(events: list[StreamEvent], seq: int) -> None:
    """Check that each event begins where the previous one ended, the first at `seq`."""
    for event in events:
        assert event.after == seq
        seq = event.seq


async def test_a_follower_gets_every_delta_and_the_end(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    following = asyncio.create_task(read(log, answer_id, Position(1, 0)))
    for word in ("Hello", " ", "world"):
        writer.append(Delta(word))
        await asyncio.sleep(0)
    assert await writer.finish(COMPLETE) == 4
    events = await following
    assert joined(events) == "Hello world"
    assert_in_step(events, 0)
    assert events[-1] == RunEnded(1, 3, 4, COMPLETE)


async def test_a_follower_that_is_behind_gets_one_event_per_kind(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    for word in ("a", "b"):
        writer.append(Delta(word, DeltaKind.REASONING))
    for word in ("c", "d", "e"):
        writer.append(Delta(word))
    await writer.finish(COMPLETE)
    events = await read(log, answer_id, Position(1, 1))
    assert events == [
        TextPart(1, 1, 2, DeltaKind.REASONING, "b"),
        TextPart(1, 2, 5, DeltaKind.CONTENT, "cde"),
        RunEnded(1, 5, 6, COMPLETE),
    ]


async def test_without_a_position_the_whole_answer_is_a_reset(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    writer.append(Delta("thinking", DeltaKind.REASONING))
    writer.append(Delta("text"))
    await writer.finish(COMPLETE)
    events = await read(log, answer_id, None)
    assert events[:2] == [
        TextPart(1, 0, 1, DeltaKind.REASONING, "thinking", reset=True),
        TextPart(1, 1, 2, DeltaKind.CONTENT, "text"),
    ]


async def test_an_empty_answer_is_reset_too(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    await writer.finish(COMPLETE)
    assert (await read(log, answer_id, None))[0] == TextPart(1, 0, 0, DeltaKind.CONTENT, "", reset=True)


@pytest.mark.parametrize(
    "position",
    [Position(1, 99), Position(2, 1), Position(0, 3), Position(9, 0)],
    ids=["ahead", "later run", "previous run", "far run"],
)
async def test_a_position_that_cannot_be_continued_is_reset(log: StreamLog, position: Position) -> None:
    answer_id, writer = await begin(log)
    for word in ("a", "b", "c"):
        writer.append(Delta(word))
    await writer.finish(COMPLETE)
    events = await read(log, answer_id, position)
    assert isinstance(events[0], TextPart)
    assert events[0].reset
    assert joined(events) == "abc"


async def test_a_follower_at_the_end_receives_the_end_again(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    writer.append(Delta("a"))
    seq = await writer.finish(COMPLETE)
    assert await read(log, answer_id, Position(1, seq)) == [RunEnded(1, seq, seq, COMPLETE)]


async def test_followers_of_the_previous_run_continue_in_the_next(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    for word in ("a", "b", "c"):
        writer.append(Delta(word))
    end = await writer.finish(Ending(AnswerStatus.STOPPED))
    following = await log.start(answer_id, 2, AnswerText("abc", "", end))
    following.append(Delta("d"))
    await following.finish(COMPLETE)
    for seq, rest in ((1, "bcd"), (3, "d"), (end, "d")):
        events = await read(log, answer_id, Position(1, seq))
        assert joined(events) == rest
        assert_in_step(events, seq)
        assert not any(isinstance(event, TextPart) and event.reset for event in events)


@pytest.mark.parametrize("position", [Position(1, 1), Position(1, 4), Position(2, 4), Position(3, 5), Position(3, 6)])
async def test_followers_of_earlier_runs_continue(log: StreamLog, position: Position) -> None:
    """Run 2 was claimed, and its worker died before it wrote."""
    answer_id = await write_three_runs(log)
    events = await read(log, answer_id, position)
    assert joined(events) == "abcde".removeprefix(WRITTEN_AT[position.seq])
    assert_in_step(events, position.seq)
    assert not any(isinstance(event, TextPart) and event.reset for event in events)


@pytest.mark.parametrize("position", [Position(1, 5), Position(2, 5), Position(3, 7), Position(0, 1)])
async def test_followers_of_earlier_runs_that_are_ahead_are_reset(log: StreamLog, position: Position) -> None:
    answer_id = await write_three_runs(log)
    events = await read(log, answer_id, position)
    assert isinstance(events[0], TextPart)
    assert events[0].reset
    assert joined(events) == "abcde"


WRITTEN_AT = {1: "a", 4: "abc", 5: "abcd", 6: "abcd"}
"""The text at a number."""


async def write_three_runs(log: StreamLog) -> UUID:
    """Write runs 1, 3 and 4 of an answer, which begin after the numbers 0, 4 and 6."""
    answer_id, writer = await begin(log)
    for word in "abc":
        writer.append(Delta(word))
    end = await writer.finish(Ending(AnswerStatus.STOPPED))
    for run, text, word in ((3, "abc", "d"), (4, "abcd", "e")):
        writer = await log.start(answer_id, run, AnswerText(text, "", end))
        writer.append(Delta(word))
        end = await writer.finish(COMPLETE)
    return answer_id


async def test_followers_ahead_of_the_new_run_are_reset(log: StreamLog) -> None:
    answer_id, writer = await begin(log, 3, AnswerText("saved", "", 7))
    writer.append(Delta(" more"))
    await writer.finish(COMPLETE)
    events = await read(log, answer_id, Position(2, 8))
    assert isinstance(events[0], TextPart)
    assert events[0].reset
    assert joined(events) == "saved more"
    assert joined(await read(log, answer_id, Position(2, 7))) == " more"


async def test_only_the_last_part_of_a_long_reset_moves_the_position(log: StreamLog) -> None:
    text = AnswerText("x" * (2 * PART_LENGTH + 5), "y" * PART_LENGTH, 40)
    answer_id, writer = await begin(log, 2, text)
    await writer.finish(COMPLETE)
    parts = [event for event in await read(log, answer_id, None) if isinstance(event, TextPart)]
    assert [part.reset for part in parts] == [True, False, False, False]
    assert [part.seq for part in parts] == [0, 0, 0, 40]
    assert joined([*parts], DeltaKind.REASONING) == text.reasoning
    assert joined([*parts]) == text.content
    # A follower that was cut off between two parts receives all of them again.
    again = await read(log, answer_id, Position(2, 0))
    assert isinstance(again[0], TextPart)
    assert again[0].reset


async def test_an_unknown_answer_is_not_in_the_log(log: StreamLog) -> None:
    with pytest.raises(NoSuchLogError):
        await read(log, uuid4(), None)


async def test_nothing_is_appended_after_the_end(log: StreamLog) -> None:
    _, writer = await begin(log)
    await writer.finish(COMPLETE)
    with pytest.raises(RuntimeError):
        writer.append(Delta("late"))


async def test_two_hundred_drops_and_resumes_join_to_the_text(log: StreamLog) -> None:
    chance = random.Random(7)
    answer_id, writer = await begin(log)
    words: list[str] = []
    is_enough = asyncio.Event()

    async def write() -> None:
        while not is_enough.is_set():
            words.append(f"w{len(words)} ")
            writer.append(Delta(words[-1], DeltaKind.REASONING if chance.random() < 0.1 else DeltaKind.CONTENT))
            if chance.random() < 0.5:
                await asyncio.sleep(0)
        await writer.finish(COMPLETE)

    writing = asyncio.create_task(write())
    events: list[StreamEvent] = []
    for _ in range(200):
        events += await take(log, answer_id, events, chance.randrange(1, 4))
    is_enough.set()
    events += await take(log, answer_id, events, None)
    await writing
    assert [event.after for event in events] == [0, *(event.seq for event in events[:-1])]
    *parts, end = events
    assert isinstance(end, RunEnded)
    assert "".join(part.text for part in parts if isinstance(part, TextPart)) == "".join(words)
    assert not any(isinstance(part, TextPart) and part.reset for part in parts)


async def take(log: StreamLog, answer_id: UUID, events: list[StreamEvent], count: int | None) -> list[StreamEvent]:
    """Follow from the last of `events`, return `count` more (None: all of them), and leave."""
    position = Position(1, events[-1].seq if events else 0)
    async with aclosing(log.follow(answer_id, position)) as following:
        taken = []
        async for event in following:
            taken.append(event)
            if len(taken) == count:
                break
        return taken


async def test_a_single_process_forgets_a_released_run_after_a_while() -> None:
    """Its conversation may have been deleted: then nothing takes it over."""
    log = MemoryStreamLog(ttl=0)
    released, writer = await begin(log)
    await writer.release()
    _, next_writer = await begin(log)
    await next_writer.finish(COMPLETE)
    with pytest.raises(NoSuchLogError):
        log.follow(released, None)


async def test_followers_of_a_released_run_stop_when_it_is_forgotten() -> None:
    log = MemoryStreamLog(ttl=0)
    released, writer = await begin(log)
    writer.append(Delta("a"))
    following = log.follow(released, Position(1, 0))
    assert [(await anext(following)).seq] == [1]
    await writer.release()
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert [event async for event in following] == []


async def test_a_single_process_continues_a_released_run() -> None:
    log = MemoryStreamLog(ttl=600)
    answer_id, writer = await begin(log)
    writer.append(Delta("a"))
    following = log.follow(answer_id, Position(1, 0))
    assert [(await anext(following)).seq] == [1]
    await writer.release()
    heir = await log.take_over(answer_id, 2, AnswerText())
    assert [event async for event in following] == []
    assert heir.text() == AnswerText("a", "", 1)
