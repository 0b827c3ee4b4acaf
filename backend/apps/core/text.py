"""Rules for text that users type: what is blank, and which characters no database can store."""

import re
import unicodedata

_INVISIBLE = (
    # White space, and format characters between annotations. Other control characters are text: they count as visible.
    "\\s\ufff9-\ufffb"
    # Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt), and the blank Braille pattern.
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_VISIBLE = re.compile(f"[^{_INVISIBLE}]")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_JOINERS = "\u200c\u200d"
"""Format characters that join the parts of a word or an emoji."""


def is_blank(text: str) -> bool:
    """Return whether `text` is blank: it has only white space, zero-width and filler characters."""
    return _VISIBLE.search(text) is None


def remove_controls(text: str) -> str:
    """Return the text without control, format (bidirectional ones too) and line-end characters: for names in lists."""
    return "".join(filter(_is_shown, text))


def put_on_one_line(text: str) -> str:
    """Return the text as `remove_controls` does, with single spaces in place of line ends, tabs and the like."""
    return " ".join(remove_controls(" ".join(text.split())).split())


def _is_shown(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def describe_unstorable(text: str) -> str | None:
    """Return which character of `text` no database can store, and where; None if all can be stored."""
    if text.isascii() and "\0" not in text:
        return None
    found = _UNSTORABLE.search(text)
    if found is None:
        return None
    which = "NUL (U+0000)" if found[0] == "\0" else f"half of a surrogate pair (U+{ord(found[0]):04X})"
    return f"character {found.start() + 1:,} is {which}, which cannot be stored"


def make_storable(text: str) -> str:
    """Return `text` with U+FFFD in place of NUL and lone surrogates, which databases cannot store."""
    if text.isascii() and "\0" not in text:
        return text
    return _UNSTORABLE.sub("\ufffd", text)
