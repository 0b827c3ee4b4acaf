"""The text of one answer: from the fields of chunks to deltas, with the thinking kept apart."""

from collections.abc import Iterable, Sequence

from apps.chat.events import Delta, DeltaKind, Finish, Reclassified
from apps.chat.providers.chunks import DeltaJson
from apps.chat.providers.text import TextJoiner
from apps.chat.providers.thinking import Piece, ThinkTags

type Batch = list[Delta | Reclassified | Finish]


class AnswerTextReader:
    """Creates the deltas of one answer; with `hides_opening_tag`, the answer begins inside `<think>`."""

    def __init__(self, *, hides_opening_tag: bool = False) -> None:
        self._has_text = False
        self._has_no_tag: bool | None = None
        self._joiner = TextJoiner()
        self._tags = ThinkTags(is_hidden=hides_opening_tag)

    @property
    def has_text(self) -> bool:
        """Whether any text has arrived outside the reasoning fields, even if it is held back or is thinking in tags."""
        return self._has_text

    @property
    def hides_opening_tag(self) -> bool | None:
        """Whether the model's thinking ended with a closing tag that had no opening one; None if unknown."""
        return self._tags.hides_opening_tag or self._has_no_tag

    def read(self, delta: DeltaJson) -> Sequence[Delta | Reclassified]:
        """Return the deltas of a piece or a whole message, reasoning first."""
        text = delta.content or delta.refusal
        thinking = delta.reasoning_content or delta.reasoning
        if not thinking:
            return self._read(text) if text else ()
        self._tags.reasoning_came()
        thought = self._joiner.add(thinking, DeltaKind.REASONING)
        return [*thought, *self._read(text)] if text else thought

    def end(self, *, is_cut_off: bool = False) -> Sequence[Delta | Reclassified]:
        """Return what is still held back at the end; `is_cut_off` says that the model had no tokens left."""
        if self._has_text and not is_cut_off:
            self._has_no_tag = False
        return [*self._join(self._tags.end(is_cut_off=is_cut_off)), *self._joiner.end()]

    def _read(self, text: str) -> Sequence[Delta | Reclassified]:
        self._has_text = True
        if self._tags.passes(text):
            return self._joiner.add(text, DeltaKind.CONTENT)
        return self._join(self._tags.read(text))

    def _join(self, pieces: Iterable[Piece]) -> list[Delta | Reclassified]:
        joined: list[Delta | Reclassified] = []
        for piece in pieces:
            if isinstance(piece, Reclassified):
                joined += [*self._joiner.end(), piece]
            else:
                joined += self._joiner.add(*piece)
        return joined
