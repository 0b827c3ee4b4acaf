"""Wrapping of titles: the quotation marks and HTML tags that models put around a title, in many languages."""

import re

_TAGS = "title|h[1-6]|p|div|span|b|strong|i|em|u|s|del|ins|mark|small|code|kbd|sub|sup"
_ELEMENT = re.compile(rf"<({_TAGS})(?:\s[^<>]*)?>([^<>]*[^\s<>][^<>]*)</\1\s*>", re.IGNORECASE)
_TAG_IN_FRONT = re.compile(r"<(title|h[1-6]|b|strong)>(?=[^\s<])(?!.*</?\1)", re.IGNORECASE)

_QUOTES = {
    '"': '"”“＂',
    "'": "'’‘",
    "“": '”"〞',
    "‘": "’'",
    "”": "”",
    "’": "’",
    "‟": "”",
    "‛": "’",
    "«": "»",
    "»": "«»",
    "‹": "›",
    "›": "‹›",
    "„": '“”"',
    "‚": "‘’'",
    "「": "」",
    "『": "』",
    "｢": "｣",
    "《": "》",
    "〈": "〉",
    "【": "】",
    "〖": "〗",
    "〝": "〞〟",
    "﹁": "﹂",
    "﹃": "﹄",
    "❝": "❞",
    "❛": "❜",
    "＂": "＂",
    "＇": "＇",
}
"""The marks that may close the title that begins with a quotation mark, in several languages."""

_CLOSING_ONLY = frozenset("".join(_QUOTES.values()).replace("'", "").replace("’", "").replace("‘", ""))
"""Not apostrophes, which may end a word: the boys'."""

_USELESS_AT_END = frozenset("".join(_QUOTES)) - set("'’＇")
_CLIPPED_WORD = re.compile(r"['’‘](?:\d|(?:tis|twas|til|cause|em|round|n)\b)", re.IGNORECASE)
"""Words that begin with an apostrophe: '90s, 'tis."""

_FULL_STOP = re.compile(r"\s*[.。．,，;；]$")
_DOUBLED_APOSTROPHES = re.compile(r"^''|(?<=\S)''$")


def remove_elements(title: str) -> str:
    """Return the title without the tags of HTML elements that have text; it may be about `<br>` and `<div></div>`."""
    return _TAG_IN_FRONT.sub("", _ELEMENT.sub(r"\2", title))


def remove_quotes(title: str) -> str:
    """Remove the quotation marks around the whole title, even before a full stop, and an unmatched mark."""
    title = _DOUBLED_APOSTROPHES.sub('"', title)
    closing = _QUOTES.get(title[:1])
    if closing is None:
        return _without_lone_closing(title)
    bare = _FULL_STOP.sub("", title)
    inner = bare[1:-1]
    if len(bare) > 1 and bare[-1] in closing and bare[0] not in inner and bare[-1] not in inner:
        return inner.strip()
    if not any(mark in title[1:] for mark in closing) and not _CLIPPED_WORD.match(title):
        return title[1:].strip()
    return title


def _without_lone_closing(title: str) -> str:
    """Remove a closing mark at the start, and an unmatched mark at the end unless it follows a digit (inches)."""
    if title[:1] in _CLOSING_ONLY:
        return title[1:].strip()
    last = title[-1:]
    is_paired = any(last in _QUOTES.get(mark, "") for mark in title[:-1])
    is_loose = last in _CLOSING_ONLY or last in _USELESS_AT_END
    if not is_loose or is_paired or title[-2:-1].isdigit():
        return title
    return title[:-1].strip()
