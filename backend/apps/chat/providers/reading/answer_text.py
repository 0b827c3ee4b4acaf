"""The text of one answer: from the fields of chunks to deltas, with the reasoning kept apart."""

from collections.abc import Iterable, Sequence

from apps.chat.events import Delta, DeltaKind, Finish, Reclassified
from apps.chat.providers.reading.chunks import DeltaJson
from apps.chat.providers.reading.reasoning import Piece, ReasoningSplitter
from apps.core.text import make_storable

MAX_DELTA_LENGTH = 10_000

type Batch = list[Delta | Reclassified | Finish]


class AnswerTextReader:
    """Creates the deltas of one answer; with `hides_opening_tag`, the answer begins inside `<think>`."""

    def __init__(self, *, hides_opening_tag: bool = False) -> None:
        self._has_text = False
        self._has_ended_with_text = False
        self._joiner = TextJoiner()
        self._splitter = ReasoningSplitter(is_hidden=hides_opening_tag)

    @property
    def has_text(self) -> bool:
        """Whether any text has arrived outside the reasoning fields, even if it is held back or reasoning in tags."""
        return self._has_text

    @property
    def hides_opening_tag(self) -> bool | None:
        """Whether the model's reasoning ended with a closing tag that had no opening one; None if unknown."""
        if self._splitter.hides_opening_tag:
            return True
        return False if self._has_ended_with_text else None

    def read(self, delta: DeltaJson) -> Sequence[Delta | Reclassified]:
        """Return the deltas of a piece or a whole message, reasoning first."""
        text = delta.content or delta.refusal
        reasoning = delta.reasoning_content or delta.reasoning
        if not reasoning:
            return self._read(text) if text else ()
        self._splitter.note_separate_reasoning()
        deltas = self._joiner.add(reasoning, DeltaKind.REASONING)
        return [*deltas, *self._read(text)] if text else deltas

    def end(self, *, is_cut_off: bool = False) -> Sequence[Delta | Reclassified]:
        """Return the text still held back at the end; `is_cut_off` says that the model had no tokens left."""
        self._has_ended_with_text = self._has_text and not is_cut_off
        return [*self._join(self._splitter.end(is_cut_off=is_cut_off)), *self._joiner.end()]

    def _read(self, text: str) -> Sequence[Delta | Reclassified]:
        self._has_text = True
        if self._splitter.is_plain_answer(text):
            return self._joiner.add(text, DeltaKind.CONTENT)
        return self._join(self._splitter.read(text))

    def _join(self, pieces: Iterable[Piece]) -> list[Delta | Reclassified]:
        joined: list[Delta | Reclassified] = []
        for piece in pieces:
            if isinstance(piece, Reclassified):
                joined += [*self._joiner.end(), piece]
            else:
                joined += self._joiner.add(*piece)
        return joined


class TextJoiner:
    """Creates deltas of storable text. A high surrogate waits for the low one in the next piece of its kind."""

    def __init__(self) -> None:
        self._high = ""
        self._kind = DeltaKind.CONTENT

    def add(self, text: str, kind: DeltaKind) -> Sequence[Delta]:
        """Return the deltas of `text`, which is not empty, in order."""
        ended: Sequence[Delta] = ()
        if self._high:
            if kind is self._kind:
                text = _join_pair(self._high + text)
                self._high = ""
            else:
                ended = self.end()
        if "\ud800" <= text[-1] <= "\udbff":
            self._high = text[-1]
            self._kind = kind
            text = text[:-1]
        if len(text) > MAX_DELTA_LENGTH:
            starts = range(0, len(text), MAX_DELTA_LENGTH)
            return [*ended, *(Delta(make_storable(text[start : start + MAX_DELTA_LENGTH]), kind) for start in starts)]
        return (*ended, Delta(make_storable(text), kind)) if text else ended

    def end(self) -> Sequence[Delta]:
        """Return U+FFFD in place of a high surrogate that is still held back at the end."""
        if not self._high:
            return ()
        self._high = ""
        return (Delta("\ufffd", self._kind),)


def _join_pair(text: str) -> str:
    if len(text) > 1 and "\udc00" <= text[1] <= "\udfff":
        return text[:2].encode("utf-16", "surrogatepass").decode("utf-16") + text[2:]
    return text
