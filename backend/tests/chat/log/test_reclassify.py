"""Text that turns out to be of another kind: every follower ends with the same text, whatever it had."""

from typing import Any, NamedTuple

import pytest

from apps.chat.events import AnswerText, Delta, DeltaKind, Position, StreamEvent, TextPart
from apps.chat.log.base import StreamLog
from apps.chat.log.redis.writer import FOLDED_AT
from tests.chat.log.logs import COMPLETE, append, begin, read


class Shown(NamedTuple):
    """The answer as a client shows it, and how often it was reset."""

    content: str
    reasoning: str
    resets: int


def apply(events: list[StreamEvent], content: str = "", reasoning: str = "") -> Shown:
    """Return what a client shows that had this text before the events."""
    resets = 0
    for event in events:
        if isinstance(event, TextPart):
            if event.reset:
                content, reasoning, resets = "", "", resets + 1
            if event.kind is DeltaKind.CONTENT:
                content += event.text
            else:
                reasoning += event.text
    return Shown(content, reasoning, resets)


@pytest.mark.parametrize("words", [3, FOLDED_AT * 2])
async def test_a_follower_from_any_position_has_the_same_text(log: StreamLog, words: int) -> None:
    answer_id, writer = await begin(log)
    plan = [f"p{number} " for number in range(words)]
    append(writer, *plan)
    writer.reclassify(DeltaKind.REASONING)
    assert writer.text() == AnswerText("", "".join(plan), words + 1)
    append(writer, "Hello", " ", "world")
    await writer.finish(COMPLETE)
    after_reset = Shown("Hello world", "".join(plan), resets=1)
    assert writer.text().content == after_reset.content
    assert writer.text().reasoning == after_reset.reasoning
    for seq in (0, 1, words):
        known = "".join(plan[:seq])
        assert apply(await read(log, answer_id, Position(1, seq)), content=known) == after_reset
    after_mark = await read(log, answer_id, Position(1, words + 2))
    assert apply(after_mark, "Hello", "".join(plan)) == after_reset._replace(resets=0)
    assert apply(await read(log, answer_id, None)) == after_reset


async def test_only_the_text_of_this_run_changes(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    writer.append(Delta("before "))
    await writer.finish(COMPLETE)
    second: Any = await log.start(answer_id, 2, AnswerText("before ", "", 2))
    second.append(Delta("plan"))
    second.reclassify(DeltaKind.REASONING)
    second.append(Delta("after"))
    await second.finish(COMPLETE)
    shown = apply(await read(log, answer_id, Position(1, 2)), content="before ")
    assert shown == Shown("before after", "plan", resets=1)


async def test_reasoning_becomes_content(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    writer.append(Delta("text", DeltaKind.REASONING))
    writer.reclassify(DeltaKind.CONTENT)
    await writer.finish(COMPLETE)
    assert apply(await read(log, answer_id, Position(1, 1)), reasoning="text") == Shown("text", "", resets=1)


async def test_the_next_run_continues_after_a_mark(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    writer.append(Delta("plan"))
    writer.reclassify(DeltaKind.REASONING)
    writer.append(Delta("a"))
    text = writer.text()
    await writer.release()
    second: Any = await log.take_over(answer_id, 2, text)
    second.append(Delta("b"))
    await second.finish(COMPLETE)
    assert second.text() == AnswerText("ab", "plan", 4)
    assert apply(await read(log, answer_id, Position(1, 1)), content="plan") == Shown("ab", "plan", resets=1)
    assert apply(await read(log, answer_id, Position(1, 3)), "a", "plan") == Shown("ab", "plan", resets=0)
