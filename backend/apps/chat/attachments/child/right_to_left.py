"""The order of words on pages with Arabic, Hebrew or other text that runs to the left.

PDFium returns some right-to-left words and phrases in the wrong order. We restore it from the positions of the
characters.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

_LETTERS = (
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7-\u05f2\u0610-\u061a\u061c-\u065f\u066e-\u06d3\u06d5-\u06ef"
    "\u06fa-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
)
"""Letters that run to the left, and their marks; no digits, which run to the right, and no punctuation."""

_LEFTWARD = re.compile(f"[{_LETTERS}]+(?: [{_LETTERS}]+)*")
_RIGHTWARD = re.compile(rf"(?<![^\W{_LETTERS}])[^\W{_LETTERS}]++(?: [^\W{_LETTERS}]++)+")
_TURNED_PAIR = re.compile("([\udc00-\udfff])([\ud800-\udbff])")
"""The surrogate halves of one character, which PDFium has reversed as if they were two."""


@dataclass(frozen=True, slots=True)
class Box:
    """The place of a character on its page."""

    left: float
    bottom: float
    right: float
    top: float

    def is_left_of(self, other: "Box") -> bool:
        """Return whether this character is left of another one of its word; never in a word that runs down."""
        return other.left - self.left > abs(other.bottom - self.bottom)

    def is_next_to(self, other: "Box") -> bool:
        """Return whether a space is between this character and one to its right; a cell of a table is further away."""
        return 0 < other.left - self.right < other.top - other.bottom


def runs_left(text: str) -> bool:
    """Return whether some of a text runs to the left."""
    return _LEFTWARD.search(text) is not None


def order_words(units: str, find_box: Callable[[int], Box]) -> str:
    """Return the text of a page with its words in the order of reading; `find_box` gives the place of a unit by index.

    The units are UTF-16 code units; units without a character are zero.
    """
    start = 0

    def reorder(found: re.Match[str]) -> str:
        return _reorder(found[0].split(" "), start + found.start(), find_box)

    lines: list[str] = []
    for line in _TURNED_PAIR.sub(r"\2\1", units).split("\n"):
        lines.append(_RIGHTWARD.sub(reorder, _LEFTWARD.sub(reorder, line)) if runs_left(line) else line)
        start += len(line) + 1
    ordered = "\n".join(lines).replace("\0", "")
    return ordered.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _reorder(words: list[str], start: int, find_box: Callable[[int], Box]) -> str:
    """Return neighbouring words of one direction in the order of their places."""
    is_leftward = runs_left(words[0])
    if not is_leftward and not any(letter.isalpha() for word in words for letter in word):
        return " ".join(words)  # Numbers follow the direction of their line.
    ends: list[tuple[Box, Box]] = []
    for at, word in enumerate(words):
        letters = [place for place, letter in enumerate(word) if unicodedata.category(letter)[0] != "M"] or [0]
        first, last = find_box(start + letters[0]), find_box(start + letters[-1])
        start += len(word) + 1
        if is_leftward and first.is_left_of(last):
            words[at] = word[::-1]
        ends.append((first, last) if first.is_left_of(last) else (last, first))
    neighbours = list(pairwise(ends))
    if not is_leftward:
        neighbours = [(after, before) for before, after in neighbours]
    if all(before[1].is_next_to(after[0]) for before, after in neighbours):
        words.reverse()
    return " ".join(words)
