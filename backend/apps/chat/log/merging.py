"""Merging of deltas into the parts that followers get: one kind each, of limited size."""

from collections.abc import Iterator, Mapping, Sequence

from apps.chat.events import AnswerText, DeltaKind, Position, TextPart

KINDS = (DeltaKind.CONTENT, DeltaKind.REASONING)
MARKS = bytes([2, 3])
"""The kinds of marks, which make the deltas before them `KINDS[0]` or `KINDS[1]`."""

PART_LENGTH = 10_000
"""Code points in one event: at most 64 KiB as JSON, even if each takes 6 bytes (a control character)."""


def merge_texts(texts: Sequence[str], kinds: bytes | bytearray, *, run_number: int, after: int) -> Iterator[TextPart]:
    """Yield the texts of deltas numbered from `after + 1`, merged into as few parts as possible.

    `kinds[i]` is the index in `KINDS` of the kind of `texts[i]`.
    """
    start = 0
    while start < len(texts):
        kind = kinds[start]
        ends = (kinds.find(other, start) for other in range(len(KINDS)) if other != kind)
        end = min((end for end in ends if end >= 0), default=len(texts))
        end = _find_part_end(texts, start, end)
        yield TextPart(run_number, after + start, after + end, KINDS[kind], "".join(texts[start:end]))
        start = end


def _find_part_end(texts: Sequence[str], start: int, end: int) -> int:
    """Return where a part that begins at `start` ends: at `end`, or earlier if it would get too long."""
    length = 0
    for index in range(start, end):
        length += len(texts[index])
        if length > PART_LENGTH and index > start:
            return index
    return end


def find_marks(kinds: bytes | bytearray, *, after: int) -> list[int]:
    """Return the numbers of the marks among deltas numbered from `after + 1`."""
    if not kinds or max(kinds) < min(MARKS):
        return []
    return [after + 1 + index for index, kind in enumerate(kinds) if kind in MARKS]


def split_reset(text: AnswerText, *, run_number: int) -> Iterator[TextPart]:
    """Yield the whole `text` as a reset: reasoning, then content.

    Only the last part carries the number reached: a client that is cut off in between stays at 0 and gets all of it
    again.
    """
    pieces = [
        (kind, kind_text[start : start + PART_LENGTH])
        for kind, kind_text in ((DeltaKind.REASONING, text.reasoning), (DeltaKind.CONTENT, text.content))
        for start in range(0, len(kind_text), PART_LENGTH)
    ] or [(DeltaKind.CONTENT, "")]
    last = len(pieces) - 1
    for index, (kind, piece) in enumerate(pieces):
        yield TextPart(run_number, 0, text.seq if index == last else 0, kind, piece, reset=index == 0)


def can_continue(position: Position, *, bases: Mapping[int, int], kept_from: int, head: int) -> bool:
    """Return whether a follower at `position` needs only what comes after it, without a reset.

    `bases` maps each run that the log knows, the current one last, to the number after which it began. The log has the
    numbers from `kept_from + 1` to `head`. A follower of an earlier run has the same text up to the base of the run
    that came next. Runs that wrote nothing are missing in `bases`; the run before the first one is still comparable.
    """
    first, current = min(bases), max(bases)
    if position.run_number == current:
        limit = head
    elif first - 1 <= position.run_number < current:
        limit = bases[min(number for number in bases if number > position.run_number)]
    else:
        return False
    return kept_from <= position.seq <= limit
