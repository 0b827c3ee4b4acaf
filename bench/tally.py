"""The tally of the tokens of an answer: each must arrive exactly once and in order."""

from array import array
from collections.abc import Sequence

import msgspec


class Tally:
    """The count of one answer's tokens; a frame may contain many of them and may end inside one."""

    __slots__ = ("_cut", "expected", "lost", "received", "repeated")

    def __init__(self) -> None:
        self.expected = 0
        self.received = 0
        self.lost = 0
        self.repeated = 0
        self._cut = ""

    def count(self, text: str, now_ns: int, delays_ns: "array[int]") -> None:
        """Check the tokens in `text`, and append to `delays_ns` how long each took to arrive."""
        if self._cut:
            text = self._cut + text
            self._cut = ""
        if not text.endswith(" "):
            text, _, self._cut = text.rpartition(" ")
        for token in text.split():
            number, _, sent_ns = token.partition(":")
            at = int(number)
            if at >= self.expected:
                self.lost += at - self.expected
                self.expected = at + 1
            else:
                self.repeated += 1
            self.received += 1
            delays_ns.append(now_ns - int(sent_ns))

    def close(self, tokens: int) -> None:
        """Count as lost what is missing at the end of an answer of `tokens` tokens."""
        self.lost += max(0, tokens - self.expected)


class Spread(msgspec.Struct, frozen=True):
    """Median and tail of `count` measurements."""

    p50: float
    p95: float
    p99: float
    count: int


def spread(values: Sequence[float], scale: float = 1.0) -> Spread | None:
    """Return the percentiles (nearest rank) of `values`, times `scale`; None if there are no values."""
    if not values:
        return None
    ordered = sorted(values)
    p50, p95, p99 = (ordered[-(-len(ordered) * percent // 100) - 1] * scale for percent in (50, 95, 99))
    return Spread(p50, p95, p99, count=len(ordered))
