"""Scenarios of one answer: sequences of events, and the copy that a client must reach with their frames."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.chat.events import AnswerStatus, DeltaKind, Ending, StreamEvent, TerminalEvent, TextPart, Usage

USAGE = Usage(prompt_tokens=12, completion_tokens=3)
GAP = {"gap": True}
"""The expected copy where a frame is missing: the client asks for the answer again."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """The events of one answer, and the copy of it that a client has after the last of them."""

    name: str
    events: Sequence[StreamEvent]
    expected: dict[str, Any]


def _text(text: str, after: int, seq: int, run: int = 1, *, reset: bool = False) -> TextPart:
    return TextPart(run, after, seq, DeltaKind.CONTENT, text, reset)


def _reasoning(text: str, after: int, seq: int, *, reset: bool = False) -> TextPart:
    return TextPart(1, after, seq, DeltaKind.REASONING, text, reset)


def _complete(after: int, run: int = 1, usage: Usage | None = None) -> TerminalEvent:
    return TerminalEvent(run, after, after + 1, Ending(AnswerStatus.COMPLETE, "stop", usage))


def _end(status: AnswerStatus, after: int, seq: int, ending: Ending | None = None) -> TerminalEvent:
    return TerminalEvent(1, after, seq, ending or Ending(status))


def _expect(content: str, run: int, seq: int, status: str = "streaming", *, reasoning: str = "") -> dict[str, Any]:
    return {"content": content, "reasoning": reasoning, "run": run, "seq": seq, "status": status}


SCENARIOS = (
    Scenario(
        "one delta a frame, then the end",
        [_text("你", 0, 1), _text("好", 1, 2), _text("!", 2, 3), _complete(3, usage=USAGE)],
        _expect("你好!", 1, 4, "complete"),
    ),
    Scenario(
        "frames that merge deltas",
        [_text("The capital", 0, 2), _text(" of France is", 2, 7), _text(" Paris.", 7, 8)],
        _expect("The capital of France is Paris.", 1, 8),
    ),
    Scenario(
        "characters outside the basic plane, markup and blanks stay as they are",
        [_text("  a < b && 😀", 0, 1), _text("\n\n<script>\ufffd ", 1, 3)],
        _expect("  a < b && 😀\n\n<script>\ufffd ", 1, 3),
    ),
    Scenario(
        "a reset replaces what was there",
        [_text("Hello wor", 0, 4), _text("Hello there", 0, 3, reset=True), _text(".", 3, 4)],
        _expect("Hello there.", 1, 4),
    ),
    Scenario(
        "a reset to another run",
        [_text("Old", 0, 5), _text("New", 0, 7, 2, reset=True), _complete(7, run=2)],
        _expect("New", 2, 8, "complete"),
    ),
    Scenario(
        "a long reset in parts: only the first says so, the last carries the number",
        [
            _text("lost", 0, 2),
            _reasoning("thought ", 0, 0, reset=True),
            _reasoning("twice", 0, 0),
            _text("part one, ", 0, 0),
            _text("part two", 0, 9),
            _text(".", 9, 10),
        ],
        _expect("part one, part two.", 1, 10, reasoning="thought twice"),
    ),
    Scenario(
        "reasoning, then content",
        [_reasoning("First ", 0, 1), _reasoning("think.", 1, 2), _text("Then say.", 2, 3), _complete(3, usage=USAGE)],
        _expect("Then say.", 1, 4, "complete", reasoning="First think."),
    ),
    Scenario(
        "a continuation begins where the run before it ended",
        [
            _text("One, two,", 0, 3),
            _end(AnswerStatus.LENGTH, 3, 4, Ending(AnswerStatus.LENGTH, "length", USAGE)),
            _text(" three", 4, 5, 2),
            _complete(5, run=2),
        ],
        _expect("One, two, three", 2, 6, "complete"),
    ),
    Scenario(
        "the terminal frame comes again",
        [_text("Done.", 0, 1), _end(AnswerStatus.STOPPED, 1, 2), _end(AnswerStatus.STOPPED, 1, 2)],
        _expect("Done.", 1, 2, "stopped"),
    ),
    Scenario(
        "the terminal frame comes again, numbered for a client that is at the end",
        [_text("Done.", 0, 1), _end(AnswerStatus.STOPPED, 1, 2), _end(AnswerStatus.STOPPED, 2, 2)],
        _expect("Done.", 1, 2, "stopped"),
    ),
    Scenario(
        "known deltas come again",
        [_text("a", 0, 1), _text("b", 1, 2), _text("a", 0, 1), _text("b", 1, 2), _text("c", 2, 3)],
        _expect("abc", 1, 3),
    ),
    Scenario(
        "frames of an earlier run come late",
        [
            _text("Half", 0, 2),
            _end(AnswerStatus.INTERRUPTED, 2, 3),
            _text(" and half", 3, 4, 2),
            _end(AnswerStatus.INTERRUPTED, 2, 3),
        ],
        _expect("Half and half", 2, 4),
    ),
    Scenario("a frame is missing", [_text("a", 0, 1), _text("c", 2, 3)], GAP),
    Scenario("the end came, the text before it did not", [_text("a", 0, 1), _complete(3)], GAP),
    Scenario("a later run that does not begin where the answer is", [_text("a", 0, 1), _text("c", 4, 5, 2)], GAP),
    Scenario(
        "the model service fails",
        [
            _text("So far", 0, 2),
            _end(AnswerStatus.ERROR, 2, 3, Ending(AnswerStatus.ERROR, error_code="AI_ERROR")),
        ],
        _expect("So far", 1, 3, "error"),
    ),
    Scenario("stopped before the first word", [_end(AnswerStatus.STOPPED, 0, 1)], _expect("", 1, 1, "stopped")),
)
