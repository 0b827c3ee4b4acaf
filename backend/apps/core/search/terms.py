"""Search terms of a text, the same for stored texts and for queries, on both databases.

Scripts without blanks between words (Chinese, Japanese, Thai, …) become single characters and pairs of neighbours, so
that a word of any length is found; all other scripts become words, found by their beginning.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from apps.core.unicode_forms import normalize

# Words are cut to this length, in texts and queries, so that long ones (base64, digests) are still found.
MAX_WORD_LENGTH = 64
MAX_PHRASES = 4
"""Phrases of a search that are looked for in the texts; of others, all pairs must be in the index."""

MAX_TERMS = 50_000
"""Terms of one text, as many as 100,000 characters of a Chinese book have: PostgreSQL needs about 10 µs for each."""

# PostgreSQL accepts 1 MiB of lexemes per row.
MAX_TERM_BYTES = 1_000_000
# Prefix of the term that marks an owner's entries; no text contains it as a term, because it is not a letter.
_OWNER_MARK = "\ue000"

_ACCENTS = re.compile(r"[\u0300-\u036f]+")
# Indic and South-East Asian scripts, Hangul, Kana, Bopomofo, Han; then symbols and pictographs.
_UNSPACED = (
    r"\u0900-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u309f\u30a1-\u30fa\u30fc-\u31bf"
    r"\u31f0-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
    r"\u2600-\u27bf\U0001f000-\U0001faff"
)
WORD_CHARACTER = rf"[^\W_{_UNSPACED}]"
_PARTS = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|(?P<word>{WORD_CHARACTER}+)")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+")


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A parsed search: a text matches if it has all terms, prefixes of words, and sequences of Han characters.

    No term contains a blank, a quotation mark or an operator of a query language.
    """

    terms: tuple[str, ...]
    prefixes: tuple[str, ...]
    phrases: tuple[str, ...]


def fold_text(text: str) -> str:
    """Return `text` without the differences that a search ignores: case, accents, full and half width."""
    if text.isascii():
        return text.lower()
    bare = _ACCENTS.sub("", normalize("NFKD", text)).casefold()
    return normalize("NFC", _ACCENTS.sub("", normalize("NFKD", bare)))


def fold_characters(text: str) -> str | None:
    """Return `fold_text(text)` if each character folds to exactly one; None if one may become several, or none."""
    if text.isascii():
        return text.lower()
    bare = normalize("NFKD", text)  # Never shorter than the text.
    folded = normalize("NFKD", bare.casefold())  # Neither step is shorter than what it is given.
    if len(folded) != len(text) or _ACCENTS.search(folded):
        return None
    composed = normalize("NFC", folded)  # Never longer.
    return composed if len(composed) == len(text) else None


def owner_term(owner: str) -> str:
    """Return the term that marks all entries of one owner; no text can contain it."""
    return f"{_OWNER_MARK}{owner}"


def split_parts(folded: str) -> Iterator[tuple[str, bool]]:
    """Yield the searchable parts of folded text, and whether each is a word between blanks."""
    for part in _PARTS.finditer(folded):
        yield part.group(), part.lastgroup == "word"


def index_terms(text: str) -> list[str]:
    """Return the first `MAX_TERMS` distinct terms of `text`, at most `MAX_TERM_BYTES` in UTF-8."""
    found: dict[str, None] = {}
    for term in _all_terms(fold_text(text)):
        found[term] = None
        if len(found) == MAX_TERMS:
            break
    if len(text) < MAX_TERM_BYTES // 16:  # a character produces at most 12 bytes of terms
        return list(found)
    return list(_take_bytes(found, MAX_TERM_BYTES))


def parse_query(text: str) -> SearchQuery | None:
    """Parse a search; None if it contains nothing searchable."""
    terms: dict[str, None] = {}
    prefixes: dict[str, None] = {}
    phrases: dict[str, None] = {}
    for part, is_word in split_parts(fold_text(text)):
        if is_word:
            prefixes[part[:MAX_WORD_LENGTH]] = None
        elif len(part) == 1:
            terms[part] = None
        else:
            terms.update(dict.fromkeys(_pairs(part)))
            # Pairs alone would also match a text that has 北京, 京大 and 大學 in three places, for 北京大學.
            if len(part) > 2 and _HAN.fullmatch(part):  # noqa: PLR2004 - one pair is exact by itself
                phrases[part] = None
    if not terms and not prefixes:
        return None
    return SearchQuery(tuple(terms), tuple(prefixes), tuple(phrases)[:MAX_PHRASES])


def _all_terms(folded: str) -> Iterator[str]:
    for part, is_word in split_parts(folded):
        if is_word:
            yield part[:MAX_WORD_LENGTH]
        else:
            yield from part
            yield from _pairs(part)


def _pairs(part: str) -> Iterator[str]:
    return map("".join, pairwise(part))


def _take_bytes(terms: dict[str, None], room: int) -> Iterator[str]:
    for term in terms:
        room -= len(term.encode())
        if room < 0:
            return
        yield term
