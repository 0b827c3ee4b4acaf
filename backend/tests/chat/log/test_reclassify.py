"""Text that turns out to be of another kind: every follower ends with the same text, whatever it had."""

from typing import Any

import pytest

from apps.chat.events import AnswerText, Delta, DeltaKind, Position, StreamEvent, TextPart
from apps.chat.log.base import StreamLog
from apps.chat.log.redis.writer import FOLDED_AT
from tests.chat.log.test_log import COMPLETE, begin, log, new_log, read

__all__ = ["log", "new_log"]


def apply(events: list[StreamEvent], content: str = "", reasoning: str = "") -> tuple[str, str, int]:
    """Return the content, the reasoning and the resets of a client that had a text before these events."""
    resets = 0
    for event in events:
        if isinstance(event, TextPart):
            if event.reset:
                content, reasoning, resets = "", "", resets + 1
            if event.kind is DeltaKind.CONTENT:
                content += event.text
            else:
                reasoning += event.text
    return content, reasoning, resets


@pytest.mark.parametrize("words", [3, FOLDED_AT * 2])
async def test_a_follower_from_any_position_has_the_same_text(log: StreamLog, words: int) -> None:
    answer_id, writer = await begin(log)
    plan = [f"p{number} " for number in range(words)]
    for word in plan:
        writer.append(Delta(word))
    writer.reclassify(DeltaKind.REASONING)
    assert writer.text() == AnswerText("", "".join(plan), words + 1)
    for word in ("Hello", " ", "world"):
        writer.append(Delta(word))
    await writer.finish(COMPLETE)
    expected = ("Hello world", "".join(plan))
    assert writer.text().content == expected[0]
    assert writer.text().reasoning == expected[1]
    for seq in (0, 1, words):
        known = "".join(plan[:seq])
        assert apply(await read(log, answer_id, Position(1, seq)), content=known) == (*expected, 1)
    after_mark = await read(log, answer_id, Position(1, words + 2))
    assert apply(after_mark, "Hello", "".join(plan)) == (*expected, 0)
    assert apply(await read(log, answer_id, None)) == (*expected, 1)


async def test_only_the_text_of_this_run_changes(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    writer.append(Delta("before "))
    await writer.finish(COMPLETE)
    second: Any = await log.start(answer_id, 2, AnswerText("before ", "", 2))
    second.append(Delta("plan"))
    second.reclassify(DeltaKind.REASONING)
    second.append(Delta("after"))
    await second.finish(COMPLETE)
    assert apply(await read(log, answer_id, Position(1, 2)), content="before ") == ("before after", "plan", 1)


async def test_reasoning_becomes_content(log: StreamLog) -> None:
    answer_id, writer = await begin(log)
    writer.append(Delta("text", DeltaKind.REASONING))
    writer.reclassify(DeltaKind.CONTENT)
    await writer.finish(COMPLETE)
    assert apply(await read(log, answer_id, Position(1, 1)), reasoning="text") == ("text", "", 1)


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
    assert apply(await read(log, answer_id, Position(1, 1)), content="plan") == ("ab", "plan", 1)
    assert apply(await read(log, answer_id, Position(1, 3)), "a", "plan") == ("ab", "plan", 0)
