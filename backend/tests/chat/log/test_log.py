"""The promises of a stream log, for every implementation."""

import asyncio
import random
from contextlib import aclosing
from uuid import UUID, uuid4

import pytest

from apps.chat.events import AnswerText, Delta, DeltaKind, Position, StreamEvent, TerminalEvent, TextPart
from apps.chat.log.base import LogWriter, NoSuchLogError, StreamLog, TakenOverError
from apps.chat.log.merging import PART_LENGTH
from tests.chat.log.logs import COMPLETE, append, assert_in_step, begin, begins_with_reset, has_reset, joined, read


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
    assert events[-1] == TerminalEvent(1, 3, 4, COMPLETE)


async def test_a_follower_that_is_behind_gets_one_event_per_kind(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    append(writer, "a", "b", kind=DeltaKind.REASONING)
    append(writer, "c", "d", "e")
    await writer.finish(COMPLETE)
    events = await read(log, answer_id, Position(1, 1))
    assert events == [
        TextPart(1, 1, 2, DeltaKind.REASONING, "b"),
        TextPart(1, 2, 5, DeltaKind.CONTENT, "cde"),
        TerminalEvent(1, 5, 6, COMPLETE),
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
    append(writer, "a", "b", "c")
    await writer.finish(COMPLETE)
    events = await read(log, answer_id, position)
    assert begins_with_reset(events)
    assert joined(events) == "abc"


async def test_a_follower_at_the_end_receives_the_end_again(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    writer.append(Delta("a"))
    seq = await writer.finish(COMPLETE)
    assert await read(log, answer_id, Position(1, seq)) == [TerminalEvent(1, seq, seq, COMPLETE)]


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
    assert begins_with_reset(again)


async def test_an_unknown_answer_is_not_in_the_log(log: StreamLog) -> None:
    with pytest.raises(NoSuchLogError):
        await read(log, uuid4(), None)


async def test_a_writer_is_refused_after_the_end(log: StreamLog) -> None:
    _, writer = await begin(log)
    await writer.finish(COMPLETE)
    assert_refused(writer)


async def test_a_writer_is_refused_after_a_takeover(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    writer.append(Delta("a"))
    await writer.flush()
    successor = await log.take_over(answer_id, 2, AnswerText())
    assert_refused(writer)
    await writer.finish(COMPLETE)
    successor.append(Delta("b"))
    await successor.finish(COMPLETE)
    assert joined(await read(log, answer_id, None)) == "ab"


def assert_refused(writer: LogWriter) -> None:
    with pytest.raises(TakenOverError):
        writer.append(Delta("late"))
    with pytest.raises(TakenOverError):
        writer.reclassify(DeltaKind.REASONING)


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
        events += await follow(log, answer_id, events, chance.randrange(1, 4))
    is_enough.set()
    events += await follow(log, answer_id, events, None)
    await writing
    assert [event.after for event in events] == [0, *(event.seq for event in events[:-1])]
    *parts, end = events
    assert isinstance(end, TerminalEvent)
    assert "".join(part.text for part in parts if isinstance(part, TextPart)) == "".join(words)
    assert not has_reset(parts)


async def follow(log: StreamLog, answer_id: UUID, events: list[StreamEvent], count: int | None) -> list[StreamEvent]:
    """Follow from the last of `events`, and return the next `count` (None: all that follow)."""
    position = Position(1, events[-1].seq if events else 0)
    async with aclosing(log.follow(answer_id, position)) as following:
        taken = []
        async for event in following:
            taken.append(event)
            if len(taken) == count:
                break
        return taken
