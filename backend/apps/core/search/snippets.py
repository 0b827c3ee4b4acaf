"""Snippets of search results: the text around the first match, with the matches marked."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from apps.core.search.terms import MAX_WORD_LENGTH, WORD_CHARACTER, fold_characters, fold_text, split_parts

SNIPPET_LENGTH = 160
# How many characters of a snippet come before the first match.
LEAD_LENGTH = 40
# A text is folded in pieces of this length, and only around the first match by character.
_PIECE_LENGTH = 512
# A character with what is composed with it: accents, vowels and final consonants of Hangul, marks of Kana.
_CHARACTERS = re.compile(r"(?s:.)[\u0300-\u036f\u1160-\u11ff\u3099\u309a]*")
_BLANKS = re.compile(r"\s")
_WORD_START = rf"(?<!{WORD_CHARACTER})"


@dataclass(frozen=True, slots=True)
class SnippetPart:
    """A piece of a snippet; `is_match` says whether it matches the search."""

    text: str
    is_match: bool


def cut_snippet(text: str, search: str) -> list[SnippetPart]:
    """Return at most `SNIPPET_LENGTH` characters of `text` around the first match of `search`.

    White space becomes spaces; an ellipsis marks where text was cut off.
    """
    matches = _find_matches(text, search)
    first = matches[0][0] if matches else 0
    start = max(0, min(first - LEAD_LENGTH, len(text) - SNIPPET_LENGTH))
    end = min(len(text), start + SNIPPET_LENGTH)
    parts = [SnippetPart("…", is_match=False)] if start else []
    place = start
    for match_start, match_end in matches:
        if match_start >= end:
            break
        if match_start >= place:  # one character, such as a ligature, may match twice
            parts += _make_parts(text[place:match_start], is_match=False)
            parts += _make_parts(text[match_start : min(match_end, end)], is_match=True)
            place = min(match_end, end)
    parts += _make_parts(text[place:end], is_match=False)
    return [*parts, SnippetPart("…", is_match=False)] if end < len(text) else parts


def _make_parts(text: str, *, is_match: bool) -> list[SnippetPart]:
    return [SnippetPart(_BLANKS.sub(" ", text), is_match)] if text else []


def _find_matches(text: str, search: str) -> list[tuple[int, int]]:
    """Return the matches in a window of `text` that begins before the first one, longer than a snippet."""
    pattern = _compile_pattern(search)
    if pattern is None:
        return []
    start, end = _find_window(text, pattern)
    if (folded := fold_characters(text[start:end])) is not None:
        return [(start + match.start(), start + match.end()) for match in pattern.finditer(folded)]
    # Folding may change lengths (ß, ligatures, accents), so the original place of each character is needed. Folding
    # single characters is slow: a window takes a millisecond, a long text a tenth of a second.
    pieces = [(match.start(), fold_text(match.group())) for match in _CHARACTERS.finditer(text, start, end)]
    places = [place for place, folded in pieces for _ in folded]
    folded = "".join(folded for _, folded in pieces)
    places.append(end)
    # A match ends where the next character begins, even if the match is a part of what its last character folds to.
    return [(places[match.start()], _place_after(places, match.end())) for match in pattern.finditer(folded)]


def _find_window(text: str, pattern: re.Pattern[str]) -> tuple[int, int]:
    pieces = [fold_text(text[start : start + _PIECE_LENGTH]) for start in range(0, len(text), _PIECE_LENGTH)]
    match = pattern.search("".join(pieces))
    first = bisect_right(list(accumulate(map(len, pieces))), match.start()) if match else 0
    # Words and accents may be cut where a piece begins or ends.
    return max(0, (first - 1) * _PIECE_LENGTH), min(len(text), (first + 2) * _PIECE_LENGTH)


def _place_after(places: list[int], end: int) -> int:
    return next(place for place in places[end:] if place > places[end - 1])


@lru_cache(maxsize=64)
def _compile_pattern(search: str) -> re.Pattern[str] | None:
    needles: dict[str, None] = {}
    for part, is_word in split_parts(fold_text(search)):
        if is_word:
            needles[_WORD_START + re.escape(part[:MAX_WORD_LENGTH])] = None
        else:
            needles.update(dict.fromkeys([re.escape(part), *(re.escape(a + b) for a, b in pairwise(part))]))
    # Longest first, so that a whole part is marked, not its first pair.
    return re.compile("|".join(sorted(needles, key=len, reverse=True))) if needles else None
