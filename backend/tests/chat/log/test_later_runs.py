"""Followers of an answer that has several runs, in every kind of stream log."""

from uuid import UUID

import pytest

from apps.chat.events import AnswerStatus, AnswerText, Delta, Ending, Position
from apps.chat.log.base import StreamLog
from tests.chat.log.logs import COMPLETE, append, assert_in_step, begin, begins_with_reset, has_reset, joined, read


async def test_followers_of_the_previous_run_continue_in_the_next(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    append(writer, "a", "b", "c")
    end = await writer.finish(Ending(AnswerStatus.STOPPED))
    following = await log.start(answer_id, 2, AnswerText("abc", "", end))
    following.append(Delta("d"))
    await following.finish(COMPLETE)
    for seq, rest in ((1, "bcd"), (3, "d"), (end, "d")):
        events = await read(log, answer_id, Position(1, seq))
        assert joined(events) == rest
        assert_in_step(events, seq)
        assert not has_reset(events)


WRITTEN_AT = {1: "a", 4: "abc", 5: "abcd", 6: "abcd"}
"""The text of an answer up to a number."""


async def write_three_runs(log: StreamLog) -> UUID:
    """Write runs 1, 3 and 4 of an answer, which begin after the numbers 0, 4 and 6."""
    answer_id, writer = await begin(log)
    append(writer, *"abc")
    end = await writer.finish(Ending(AnswerStatus.STOPPED))
    for run, text, word in ((3, "abc", "d"), (4, "abcd", "e")):
        writer = await log.start(answer_id, run, AnswerText(text, "", end))
        writer.append(Delta(word))
        end = await writer.finish(COMPLETE)
    return answer_id


@pytest.mark.parametrize("position", [Position(1, 1), Position(1, 4), Position(2, 4), Position(3, 5), Position(3, 6)])
async def test_followers_of_earlier_runs_continue(log: StreamLog, position: Position) -> None:
    """Run 2 was claimed, and its worker died before it wrote."""
    answer_id = await write_three_runs(log)
    events = await read(log, answer_id, position)
    assert joined(events) == "abcde".removeprefix(WRITTEN_AT[position.seq])
    assert_in_step(events, position.seq)
    assert not has_reset(events)


@pytest.mark.parametrize("position", [Position(1, 5), Position(2, 5), Position(3, 7), Position(0, 1)])
async def test_followers_of_earlier_runs_that_are_ahead_are_reset(log: StreamLog, position: Position) -> None:
    answer_id = await write_three_runs(log)
    events = await read(log, answer_id, position)
    assert begins_with_reset(events)
    assert joined(events) == "abcde"


async def test_followers_ahead_of_the_new_run_are_reset(log: StreamLog) -> None:
    answer_id, writer = await begin(log, 3, AnswerText("saved", "", 7))
    writer.append(Delta(" more"))
    await writer.finish(COMPLETE)
    events = await read(log, answer_id, Position(2, 8))
    assert begins_with_reset(events)
    assert joined(events) == "saved more"
    assert joined(await read(log, answer_id, Position(2, 7))) == " more"
