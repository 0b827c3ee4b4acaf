"""Unicode normalization in linear time, even for text that is crafted to be slow.

The interpreter sorts the marks of a character (accents, vowel points) in quadratic time, and holds its lock meanwhile:
100,000 marks in a row stop a worker for about eight seconds.
"""

import re
import unicodedata
from functools import cache
from itertools import pairwise
from typing import Literal

MAX_MARKS = 32
"""Marks in a row that are sorted together; no language has words with more (UAX #15, section 13, says 30)."""

# Marks are not word characters, except the marks of half-width kana. The class appears twice, so that a search skips to
# it quickly.
_PERHAPS_MARKS = re.compile(rf"[\W\uff9e\uff9f][\W\uff9e\uff9f]{{{MAX_MARKS - 1},}}")
_FIRST_MARK, _LAST_MARK = 0x300, 0x1EFFF


def normalize(form: Literal["NFC", "NFKD"], text: str) -> str:
    """Return `text` in this form; more than `MAX_MARKS` marks in a row are sorted in groups, not all together."""
    if text.isascii():
        return text
    ends = [group.end() for run in _PERHAPS_MARKS.finditer(text) for group in _groups().finditer(text, *run.span())]
    if not ends:
        return unicodedata.normalize(form, text)  # noqa: TID251
    places = pairwise([0, *ends, len(text)])
    return "".join(unicodedata.normalize(form, text[start:end]) for start, end in places)  # noqa: TID251


@cache
def _groups() -> re.Pattern[str]:
    marks = "".join(map(chr, filter(_is_mark, range(_FIRST_MARK, _LAST_MARK + 1))))
    return re.compile(f"[{marks}]{{{MAX_MARKS}}}")


def _is_mark(code: int) -> bool:
    # Some marks consist of several marks, and half-width kana marks count as marks only when they are decomposed.
    return all(map(unicodedata.combining, unicodedata.normalize("NFKD", chr(code))))  # noqa: TID251
