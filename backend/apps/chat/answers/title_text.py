"""The text of a title: one line, from the beginning of a model's title or, without one, of the question."""

import re
import unicodedata

from apps.chat.answers.title_labels import is_acknowledgement, is_label, remove_label
from apps.core.text import put_on_one_line

MAX_TITLE_LENGTH = 60
"""Code points of an automatic title."""

_MAX_READ_LENGTH = 1000

_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,})[^`\n]*")
_BLOCK_MARK = re.compile(r"\s*(?:#{1,6}(?=\s|$)|>|[-*+](?=\s)|\d{1,3}[.)](?=\s)|\[[ xX]\](?=\s))\s*")
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*\)")
_MARKS = re.compile(r"(\*\*\*?|~~|`+)(?=\S)((?:(?!\1).)*?\S)\1|(?<!\w)(\*|_{1,3})(?=\S)((?:(?!\3).)*?\S)\3(?!\w)")
_LOOSE_MARKS = re.compile(r"^(?:\*+|~~|`+)\s*|\s*(?:\*+|~~|`+)$")
_JOINERS = "\u200c\u200d"
_SINGLE_SCRIPT = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "THAI", "LAO", "KHMER", "MYANMAR")
"""Scripts without spaces between words, or that may be cut between two letters."""

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
"""The marks that may close a title that begins with a quotation mark, in several languages."""

_CLOSING_ONLY = frozenset("".join(_QUOTES.values()).replace("'", "").replace("’", "").replace("‘", ""))
"""Not apostrophes, which may end a word: the boys'."""

_USELESS_AT_END = frozenset("".join(_QUOTES)) - set("'’＇")
_CLIPPED_WORD = re.compile(r"['’‘](?:\d|(?:tis|twas|til|cause|em|round|n)\b)", re.IGNORECASE)
"""Words that begin with an apostrophe: '90s, 'tis."""

_FULL_STOP = re.compile(r"\s*[.。．,，;；]$")
_DOUBLED_APOSTROPHES = re.compile(r"^''|(?<=\S)''$")


def tidy_title(text: str) -> str:
    """Return the first line of `text` that says something, as a title of at most `MAX_TITLE_LENGTH` code points.

    Labels ("Title:"), quotation marks around it, Markdown, HTML tags and control characters are removed. A longer line
    is cut between two words, and ends with "…". Empty if nothing is left.
    """
    heading = ""
    for line in text[:_MAX_READ_LENGTH].splitlines():
        if _FENCE.fullmatch(line) or _RULE.fullmatch(line):
            continue
        title = _tidy_line(line)
        if title and not is_label(title) and not is_acknowledgement(title):
            return _shorten(title)
        heading = heading or title
    return _shorten(heading)


def make_title_from_question(question: str) -> str:
    """Return the first words of a question as a title, by the same rules; its lines become one."""
    lines = [line for line in question[:_MAX_READ_LENGTH].splitlines() if not _FENCE.fullmatch(line)]
    return _shorten(" ".join(filter(None, map(_tidy_line, lines))))


def _tidy_line(line: str) -> str:
    title = put_on_one_line(line).strip(_JOINERS)
    before = None
    while title != before:
        before = title
        title = _LINK.sub(r"\1", title)
        title = _MARKS.sub(lambda found: found[2] or found[4], title)
        title = _BLOCK_MARK.sub("", title, count=1) if _BLOCK_MARK.match(title) else title
        title = remove_label(_remove_elements(title))
        title = _remove_quotes(_LOOSE_MARKS.sub("", title).strip())
    return title


def _remove_elements(title: str) -> str:
    """Return the title without the tags of HTML elements that have text; it may be about `<br>` and `<div></div>`."""
    return _TAG_IN_FRONT.sub("", _ELEMENT.sub(r"\2", title))


def _remove_quotes(title: str) -> str:
    """Remove the quotation marks around the whole title, even before a full stop, and an unmatched mark."""
    title = _DOUBLED_APOSTROPHES.sub('"', title)
    closing = _QUOTES.get(title[:1])
    if closing is None:
        return _remove_lone_closing(title)
    bare = _FULL_STOP.sub("", title)
    inner = bare[1:-1]
    if len(bare) > 1 and bare[-1] in closing and bare[0] not in inner and bare[-1] not in inner:
        return inner.strip()
    if not any(mark in title[1:] for mark in closing) and not _CLIPPED_WORD.match(title):
        return title[1:].strip()
    return title


def _remove_lone_closing(title: str) -> str:
    """Remove a closing mark at the start, and an unmatched mark at the end unless it follows a digit (inches)."""
    if title[:1] in _CLOSING_ONLY:
        return title[1:].strip()
    last = title[-1:]
    is_paired = any(last in _QUOTES.get(mark, "") for mark in title[:-1])
    is_loose = last in _CLOSING_ONLY or last in _USELESS_AT_END
    if not is_loose or is_paired or title[-2:-1].isdigit():
        return title
    return title[:-1].strip()


def _shorten(title: str) -> str:
    if len(title) <= MAX_TITLE_LENGTH:
        return title
    max_length = MAX_TITLE_LENGTH - 1
    cut = next((end for end in range(max_length, max_length // 2, -1) if _is_between_words(title, end)), max_length)
    while cut > 1 and _is_joined_to(title[cut], title[cut - 1]):
        cut -= 1
    return title[:cut].rstrip(" ,;:，、；：（(「《") + "…"


def _is_between_words(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if _is_joined_to(after, before):
        return False
    return before.isspace() or after.isspace() or _stands_alone(before) or _stands_alone(after)


def _stands_alone(character: str) -> bool:
    """Return whether a line may be cut beside this character: its script has no spaces between words."""
    return unicodedata.name(character, "").startswith(_SINGLE_SCRIPT) or unicodedata.category(character) == "So"


def _is_joined_to(character: str, before: str) -> bool:
    is_part = unicodedata.category(character) in {"Mn", "Me", "Mc", "Sk"} or character in _JOINERS
    return is_part or before in _JOINERS
