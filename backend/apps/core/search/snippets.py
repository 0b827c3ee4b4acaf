"""Snippets of search results: the text around the first match, with the matches marked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from apps.core.search.terms import MAX_WORD_LENGTH, WORD_CHARACTER, fold_text, split_runs

SNIPPET_LENGTH = 160
# How many characters of a snippet come before the first match.
LEAD = 40
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
    matches = list(_find_matches(text, search))
    first = matches[0][0] if matches else 0
    start = max(0, min(first - LEAD, len(text) - SNIPPET_LENGTH))
    end = min(len(text), start + SNIPPET_LENGTH)
    parts = [SnippetPart("…", is_match=False)] if start else []
    place = start
    for match_start, match_end in matches:
        if match_start >= end:
            break
        if match_start >= place:
            parts += _parts(text[place:match_start], is_match=False)
            parts += _parts(text[match_start : min(match_end, end)], is_match=True)
            place = min(match_end, end)
    parts += _parts(text[place:end], is_match=False)
    return [*parts, SnippetPart("…", is_match=False)] if end < len(text) else parts


def _parts(text: str, *, is_match: bool) -> list[SnippetPart]:
    return [SnippetPart(_BLANKS.sub(" ", text), is_match)] if text else []


def _find_matches(text: str, search: str) -> Iterator[tuple[int, int]]:
    pattern = _pattern(search)
    if pattern is None:
        return
    folded = fold_text(text)
    # Folding may change lengths (ß, ligatures); then the original position of each character is needed.
    places = None if len(folded) == len(text) else _places(text)
    if places is not None:
        folded = "".join(map(fold_text, text))
    for match in pattern.finditer(folded):
        start, end = match.span()
        yield (start, end) if places is None else (places[start], places[end - 1] + 1)


def _places(text: str) -> list[int]:
    """Return, for each character of the folded text, the position of its original character."""
    return [place for place, character in enumerate(text) for _ in fold_text(character)]


@lru_cache(maxsize=64)
def _pattern(search: str) -> re.Pattern[str] | None:
    needles: dict[str, None] = {}
    for run, is_word in split_runs(fold_text(search)):
        if is_word:
            needles[_WORD_START + re.escape(run[:MAX_WORD_LENGTH])] = None
        else:
            needles.update(dict.fromkeys([re.escape(run), *(re.escape(a + b) for a, b in pairwise(run))]))
    # Longest first, so that a whole run is marked, not its first pair.
    return re.compile("|".join(sorted(needles, key=len, reverse=True))) if needles else None
