"""Makes text storable: joins surrogates, replaces what databases cannot store, splits long pieces."""

from collections.abc import Sequence

from apps.chat.events import Delta, DeltaKind
from apps.core.text import make_storable

MAX_DELTA_LENGTH = 10_000


class TextJoiner:
    """Creates the deltas of one answer. A high surrogate waits for the low one in the next piece of its kind."""

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
        """Return what is still held back at the end."""
        if not self._high:
            return ()
        self._high = ""
        return (Delta("\ufffd", self._kind),)


def _join_pair(text: str) -> str:
    if len(text) > 1 and "\udc00" <= text[1] <= "\udfff":
        return text[:2].encode("utf-16", "surrogatepass").decode("utf-16") + text[2:]
    return text
