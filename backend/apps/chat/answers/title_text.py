"""Title text: makes one line from the beginning of a model's title or, without one, of the question."""

import re
import unicodedata

from apps.chat.answers.title_labels import is_acknowledgement, is_label, remove_label
from apps.chat.answers.title_wrapping import remove_elements, remove_quotes

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
"""Scripts that are not written with blanks between words, or may be cut between two letters."""


def tidy_title(text: str) -> str:
    """Return the first line of `text` that says something, as a title of at most `MAX_TITLE_LENGTH` code points.

    Labels ("Title:"), quotation marks around it, Markdown, HTML tags, and control characters go. A longer line is cut
    between two words, and ends with "…". Empty if nothing is left.
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


def title_of_question(question: str) -> str:
    """Return the first words of a question as a title, by the same rules; its lines become one."""
    lines = [line for line in question[:_MAX_READ_LENGTH].splitlines() if not _FENCE.fullmatch(line)]
    return _shorten(" ".join(filter(None, map(_tidy_line, lines))))


def _tidy_line(line: str) -> str:
    title = " ".join(_remove_controls(line).split())
    before = None
    while title != before:
        before = title
        title = _LINK.sub(r"\1", title)
        title = _MARKS.sub(lambda found: found[2] or found[4], title)
        title = _BLOCK_MARK.sub("", title, count=1) if _BLOCK_MARK.match(title) else title
        title = remove_label(remove_elements(title))
        title = remove_quotes(_LOOSE_MARKS.sub("", title).strip())
    return title


def _remove_controls(line: str) -> str:
    """Remove control and format characters (bidirectional ones too) but those that join the parts of an emoji."""
    return "".join(
        " " if character.isspace() else character
        for character in line
        if character in _JOINERS or character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}
    ).strip(_JOINERS)


def _shorten(title: str) -> str:
    if len(title) <= MAX_TITLE_LENGTH:
        return title
    most = MAX_TITLE_LENGTH - 1
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
