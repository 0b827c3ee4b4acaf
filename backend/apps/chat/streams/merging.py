"""How deltas become the events that followers get: merged by kind, split by size."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from apps.chat.events import AnswerText, Delta, DeltaKind, Position, TextPart

PART_LENGTH = 10_000
"""Code points in one event: at most 64 KiB as JSON, whatever they are (6 bytes for each control character)."""


def merge_deltas(deltas: Sequence[Delta], *, run: int, after: int) -> Iterator[TextPart]:
    """Yield `deltas`, which are numbered from `after + 1`, as few parts of one kind each."""
    for kind, group in groupby(deltas, key=attrgetter("kind")):
        texts: list[str] = []
        length = 0
        seq = after
        for delta in group:
            if texts and length + len(delta.text) > PART_LENGTH:
                yield TextPart(run, after, seq, kind, "".join(texts))
                texts, length, after = [], 0, seq
            texts.append(delta.text)
            length += len(delta.text)
            seq += 1
        yield TextPart(run, after, seq, kind, "".join(texts))
        after = seq


def reset_with(text: AnswerText, *, run: int) -> Iterator[TextPart]:
    """Yield all of `text` as a reset: reasoning, then content.

    Only the last part carries the number reached: a reader that is cut off in between stands at 0, and is sent all of
    it again.
    """
    pieces = [
        (kind, whole[start : start + PART_LENGTH])
        for kind, whole in ((DeltaKind.REASONING, text.reasoning), (DeltaKind.CONTENT, text.content))
        for start in range(0, len(whole), PART_LENGTH)
    ] or [(DeltaKind.CONTENT, "")]
    last = len(pieces) - 1
    for index, (kind, piece) in enumerate(pieces):
        yield TextPart(run, 0, text.seq if index == last else 0, kind, piece, reset=index == 0)


def can_go_on(position: Position, *, run: int, run_base: int, kept_from: int, head: int) -> bool:
    """Say whether a reader at `position` can be sent just what follows.

    `run` began at number `run_base`; the numbers from `kept_from + 1` to `head` are kept. A reader of the run before is
    right about what both runs share: the numbers up to where the present one began.
    """
    limit = head if position.run == run else run_base if position.run == run - 1 else -1
    return kept_from <= position.seq <= limit
