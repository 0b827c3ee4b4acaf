"""What every stream log promises, for every implementation."""

import asyncio
import random
from collections.abc import Callable
from contextlib import aclosing
from uuid import UUID, uuid4

import pytest

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
from apps.chat.streams.base import LogWriter, NoSuchLogError, StreamLog
from apps.chat.streams.memory import MemoryStreamLog
from apps.chat.streams.merging import PART_LENGTH

COMPLETE = Ending(AnswerStatus.COMPLETE, "stop")


@pytest.fixture(params=[lambda: MemoryStreamLog(ttl=600)], ids=["memory"])
def log(request: pytest.FixtureRequest) -> StreamLog:
    make: Callable[[], StreamLog] = request.param
    return make()


async def begin(log: StreamLog, run: int = 1, text: AnswerText | None = None) -> tuple[UUID, LogWriter]:
    answer_id = uuid4()
    return answer_id, await log.start(answer_id, run, text or AnswerText())


async def read(log: StreamLog, answer_id: UUID, after: Position | None) -> list[StreamEvent]:
    return [event async for event in log.follow(answer_id, after)]


def joined(events: list[StreamEvent], kind: DeltaKind = DeltaKind.CONTENT) -> str:
    return "".join(event.text for event in events if isinstance(event, TextPart) and event.kind is kind)


def assert_in_step(events: list[StreamEvent], seq: int) -> None:
    """Every event begins where the one before ended."""
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


async def test_a_follower_that_is_behind_gets_one_event_a_kind(log: StreamLog) -> None:
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


async def test_none_asks_for_all_of_it_as_a_reset(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    writer.append(Delta("thinking", DeltaKind.REASONING))
    writer.append(Delta("text"))
    await writer.finish(COMPLETE)
    events = await read(log, answer_id, None)
    assert events[:2] == [
        TextPart(1, 0, 1, DeltaKind.REASONING, "thinking", reset=True),
        TextPart(1, 1, 2, DeltaKind.CONTENT, "text"),
    ]


async def test_a_reset_of_nothing_says_so(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    await writer.finish(COMPLETE)
    assert (await read(log, answer_id, None))[0] == TextPart(1, 0, 0, DeltaKind.CONTENT, "", reset=True)


@pytest.mark.parametrize(
    "position",
    [Position(1, 99), Position(2, 1), Position(0, 3), Position(9, 0)],
    ids=["ahead", "later run", "run before", "far run"],
)
async def test_a_position_that_cannot_be_gone_on_from_is_reset(log: StreamLog, position: Position) -> None:
    answer_id, writer = await begin(log)
    for word in ("a", "b", "c"):
        writer.append(Delta(word))
    await writer.finish(COMPLETE)
    events = await read(log, answer_id, position)
    assert isinstance(events[0], TextPart)
    assert events[0].reset
    assert joined(events) == "abc"


async def test_who_has_the_end_is_told_the_end_again(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    writer.append(Delta("a"))
    seq = await writer.finish(COMPLETE)
    assert await read(log, answer_id, Position(1, seq)) == [RunEnded(1, seq, seq, COMPLETE)]


async def test_readers_of_the_run_before_go_on_in_the_next(log: StreamLog) -> None:
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


async def test_readers_ahead_of_the_new_run_are_reset(log: StreamLog) -> None:
    answer_id, writer = await begin(log, 3, AnswerText("saved", "", 7))
    writer.append(Delta(" more"))
    await writer.finish(COMPLETE)
    events = await read(log, answer_id, Position(2, 8))
    assert isinstance(events[0], TextPart)
    assert events[0].reset
    assert joined(events) == "saved more"
    assert joined(await read(log, answer_id, Position(2, 7))) == " more"


async def test_a_long_reset_comes_in_parts_of_which_only_the_last_moves_the_position(log: StreamLog) -> None:
    text = AnswerText("x" * (2 * PART_LENGTH + 5), "y" * PART_LENGTH, 40)
    answer_id, writer = await begin(log, 2, text)
    await writer.finish(COMPLETE)
    parts = [event for event in await read(log, answer_id, None) if isinstance(event, TextPart)]
    assert [part.reset for part in parts] == [True, False, False, False]
    assert [part.seq for part in parts] == [0, 0, 0, 40]
    assert joined([*parts], DeltaKind.REASONING) == text.reasoning
    assert joined([*parts]) == text.content
    # Cut off in between, a reader is sent all of it again.
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
    words = [f"w{number} " for number in range(1000)]

    async def write() -> None:
        for word in words:
            kind = DeltaKind.REASONING if chance.random() < 0.1 else DeltaKind.CONTENT
            writer.append(Delta(word, kind))
            if chance.random() < 0.5:
                await asyncio.sleep(0)
        await writer.finish(COMPLETE)

    writing = asyncio.create_task(write())
    events: list[StreamEvent] = []
    for _ in range(200):
        events += await take(log, answer_id, events, chance.randrange(1, 4))
    events += await take(log, answer_id, events, None)
    await writing
    assert [event.after for event in events] == [0, *(event.seq for event in events[:-1])]
    *parts, end = events
    assert isinstance(end, RunEnded)
    assert "".join(part.text for part in parts if isinstance(part, TextPart)) == "".join(words)
    assert all(isinstance(part, TextPart) for part in parts), "it ended before it was dropped 200 times"


async def take(log: StreamLog, answer_id: UUID, events: list[StreamEvent], count: int | None) -> list[StreamEvent]:
    """Come back behind the last of `events`, read `count` more (None: all of them) and drop out."""
    position = Position(1, events[-1].seq if events else 0)
    async with aclosing(log.follow(answer_id, position)) as following:
        taken = []
        async for event in following:
            taken.append(event)
            if len(taken) == count:
                break
        return taken
