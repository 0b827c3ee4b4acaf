"""Title text: makes one line out of what a model, or else the question, begins with."""

import re
import unicodedata

LONGEST_TITLE = 60
"""Code points of an automatic title."""

_MOST_READ = 1000

_LABEL = re.compile(
    r"(?:(?:chat|conversation|suggested|short)\s+)?(?:title|subject|topic)\s*[:：]\s*"
    r"|(?:對話|聊天|建議的?)?(?:標題|标题|題目|主題|タイトル|제목)\s*[是は]?\s*[:：]\s*",
    re.IGNORECASE,
)
_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,})[^`\n]*")
_BLOCK_MARK = re.compile(r"\s*(?:#{1,6}(?=\s|$)|>|[-*+](?=\s)|\d{1,3}[.)](?=\s)|\[[ xX]\](?=\s))\s*")
_RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()\s]*\))*\)")
_MARKS = re.compile(r"(\*\*\*?|~~|`+)(?=\S)((?:(?!\1).)*?\S)\1|(?<!\w)(\*|_{1,3})(?=\S)((?:(?!\3).)*?\S)\3(?!\w)")
_LOOSE_MARKS = re.compile(r"^(?:\*+|~~|`+)\s*|\s*(?:\*+|~~|`+)$")
_QUOTES = {
    '"': '"',
    "'": "'",
    "“": "”",
    "‘": "’",
    "”": "”",
    "’": "’",
    "«": "»",
    "»": "«",
    "‹": "›",
    "›": "‹",
    "„": "“”",
    "‚": "‘’",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "＂": "＂",
}
"""What may close the title that begins with a quotation mark, in several languages."""

_CLOSING_ONLY = set('"”»›」』》〉＂')
_FULL_STOP = re.compile(r"\s*[.。．]$")
_JOINERS = "\u200c\u200d"
_SINGLE_SCRIPT = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "THAI", "LAO", "KHMER", "MYANMAR")
"""Scripts that are not written with blanks between words, or may be cut between two letters."""


def tidy_title(text: str) -> str:
    """Return the first line of `text` that says something, as a title of at most `LONGEST_TITLE` code points.

    Labels ("Title:"), quotation marks around it, Markdown, and control characters go. A longer line is cut between two
    words, and ends with "…". Empty if nothing is left.
    """
    for line in text[:_MOST_READ].splitlines():
        if _FENCE.fullmatch(line) or _RULE.fullmatch(line):
            continue
        if title := _tidy_line(line):
            return _shorten(title)
    return ""


def title_of_question(question: str) -> str:
    """Return the first words of a question as a title, by the same rules; its lines become one."""
    lines = [line for line in question[:_MOST_READ].splitlines() if not _FENCE.fullmatch(line)]
    return _shorten(" ".join(filter(None, map(_tidy_line, lines))))


def _tidy_line(line: str) -> str:
    title = " ".join(_remove_controls(line).split())
    before = None
    while title != before:
        before = title
        title = _LINK.sub(r"\1", title)
        title = _MARKS.sub(lambda found: found[2] or found[4], title)
        title = _BLOCK_MARK.sub("", title, count=1) if _BLOCK_MARK.match(title) else title
        if label := _LABEL.match(title):
            title = title[label.end() :]
        title = _unquote(_LOOSE_MARKS.sub("", title).strip())
    return title


def _remove_controls(line: str) -> str:
    """Remove control and format characters (bidirectional ones too) but those that join the parts of an emoji."""
    return "".join(
        " " if character.isspace() else character
        for character in line
        if character in _JOINERS or character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    ).strip(_JOINERS)


def _unquote(title: str) -> str:
    """Remove the quotation marks around the whole title, with a full stop behind, and one that has lost its partner."""
    closing = _QUOTES.get(title[:1])
    if closing is None:
        return _without_lone_closing(title)
    bare = _FULL_STOP.sub("", title)
    inner = bare[1:-1]
    if len(bare) > 1 and bare[-1] in closing and not any(mark in inner for mark in closing):
        return inner.strip()
    if not any(mark in title[1:] for mark in closing):
        return title[1:].strip()
    return title


def _without_lone_closing(title: str) -> str:
    """Remove a closing quotation mark at the end that none opens, but not that of inches."""
    is_paired = any(title[-1] in _QUOTES.get(mark, "") for mark in title[:-1])
    if title[-1:] not in _CLOSING_ONLY or is_paired or title[-2:-1].isdigit():
        return title
    return title[:-1].strip()


def _shorten(title: str) -> str:
    if len(title) <= LONGEST_TITLE:
        return title
    most = LONGEST_TITLE - 1
    cut = next((end for end in range(most, most // 2, -1) if _is_between_words(title, end)), most)
    while cut > 1 and _belongs_to_the_one_before(title[cut], title[cut - 1]):
        cut -= 1
    return title[:cut].rstrip(" ,;:，、；：（(「《") + "…"


def _is_between_words(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if _belongs_to_the_one_before(after, before):
        return False
    return before.isspace() or after.isspace() or _stands_alone(before) or _stands_alone(after)


def _stands_alone(character: str) -> bool:
    """Return whether a line may be cut beside this character: it is of a script without blanks between words."""
    return unicodedata.name(character, "").startswith(_SINGLE_SCRIPT) or unicodedata.category(character) == "So"


def _belongs_to_the_one_before(character: str, before: str) -> bool:
    is_part = unicodedata.category(character) in {"Mn", "Me", "Mc", "Sk"} or character in _JOINERS
    return is_part or before in _JOINERS
