"""How deltas become the events that followers get: merged by kind, split by size."""

from collections.abc import Iterator, Sequence

from apps.chat.events import AnswerText, DeltaKind, Position, TextPart

KINDS = (DeltaKind.CONTENT, DeltaKind.REASONING)

PART_LENGTH = 10_000
"""Code points in one event: at most 64 KiB as JSON, whatever they are (6 bytes for each control character)."""


def merge_texts(texts: Sequence[str], kinds: bytes | bytearray, *, run: int, after: int) -> Iterator[TextPart]:
    """Yield the texts of deltas, which are numbered from `after + 1`, as few parts of one kind each.

    `kinds[i]` is the index in `KINDS` of the kind of `texts[i]`.
    """
    start = 0
    while start < len(texts):
        kind = kinds[start]
        others = (kinds.find(other, start) for other in range(len(KINDS)) if other != kind)
        end = min((found for found in others if found >= 0), default=len(texts))
        end = _fit(texts, start, end)
        yield TextPart(run, after + start, after + end, KINDS[kind], "".join(texts[start:end]))
        start = end


def _fit(texts: Sequence[str], start: int, end: int) -> int:
    """Return where a part that begins at `start` must end: at `end`, or before it gets too long."""
    length = 0
    for index in range(start, end):
        length += len(texts[index])
        if length > PART_LENGTH and index > start:
            return index
    return end


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
