"""Detection of text encodings: UTF-8, UTF-16 and UTF-32, otherwise the most likely one."""

import codecs
import re
import unicodedata

from apps.chat.attachments.child.processed_file import UnknownFileTypeError

DETECTED_BYTES = 64 * 1024
"""Bytes of a text from which its encoding is detected."""

CONTEXT_BYTES = 1024
"""How many of them come before the first byte beyond ASCII."""

MAX_CHARACTER_BYTES = 4
"""Bytes of a character in any of the encodings."""

BROKEN_SHARE = 10
"""One in ten characters beyond ASCII may be broken in a text that counts as UTF-8: a log may be cut anywhere."""

LATIN_SHARE = 0.7
"""Data is UTF-16 without a mark if this share of its characters is Latin: less could be a text with zeros in it."""

ZERO_SHARE = 0.1
"""At most this share of the characters of such data has a zero in the other place, as some emoji do."""

MIN_WIDE_LENGTH = 32
"""Texts of other scripts are recognized as UTF-16 without a mark from this many characters; fewer could be anything."""

COMMON_SHARE = 0.9
"""A text is in an encoding if this share of its characters is common in the languages of that encoding."""

TOO_FEW_LETTERS = 40
"""Letters beyond ASCII that are too few to count their shares."""

LAST_ASCII = 0x7E

_SPACES = re.compile(r"[\t\n\r \u3000-\u3002\uff0c]")
"""Separators of words and sentences: every text has some of them, other data rarely does."""

_NO_CHARACTERS = {"Cn", "Co", "Cs"}
"""Categories of Unicode that no text has: unassigned, private and half characters."""

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Controls that programs put into logs and listings: bell, backspace, tab, line ends and feeds, DOS's end of file,
# escape.
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\a\b\t\n\v\f\r\x1a\x1b") + b"\x7f"

_DOUBLE = re.compile(rb"[\x80-\xff].", re.DOTALL)
"""A character of two bytes."""

_NEIGHBOURS = re.compile(rb"(?:[\x81-\xfe][\x40-\xfe]){2}")
_COMMON_BIG5 = re.compile(rb"[\xa1-\xc6\xf9]")
"""The first bytes of symbols, of the 5,401 common characters, and of the characters that Windows added."""

_COMMON_GB = re.compile(rb"[\xa1-\xd7]")
"""The first bytes of symbols, and of the 3,755 common characters."""

_NOT_KOREAN = re.compile(rb"[\xc9-\xd7]")
_JAPANESE = re.compile(rb"[\xa4\xa5]")
_BEYOND_ASCII_RUN = re.compile(rb"[\x80-\xff]+")
_SMALL, _LARGE, _BEFORE, _AFTER, _SIGNS = (
    letters.encode("cp1252")
    for letters in (
        "áàâãäåæçéèêëíìîïñóòôöõøœúùûüß",
        "ÁÀÂÃÄÅÆÇÉÈÊËÍÎÑÓÔÖÕØŒÚÛÜ",
        "¿¡«„“‘’",
        "»”“’…",
        "€£©®°§«»¿¡·±²µ½¼–—‘’“”„…•™×",
    )
)
_WESTERN_RUN = re.compile(
    b"[%b]|[%b]?[%b%b]?[%b][%b]?|[%b]?[%b]" % (_SIGNS, _BEFORE, _SMALL, _LARGE, _SMALL, _AFTER, _BEFORE, _LARGE)
)
"""One or two letters with a sign before or after them, or a sign."""


def prepare_text() -> None:
    """Import the detector and the codecs."""
    import charset_normalizer  # noqa: PLC0415
    from charset_normalizer.constant import IANA_SUPPORTED  # noqa: PLC0415

    for name in (*IANA_SUPPORTED, *(encoding for _, encoding in _MARKS), "utf-16-le", "utf-16-be"):
        codecs.lookup(name)
    charset_normalizer.from_bytes("Umlaute: äöü, 繁體中文".encode("utf-16"))


def decode_text(data: bytes) -> str:
    """Return a text without its byte order mark; raises UnknownFileTypeError for what is not text."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if encoding is None and len(data.translate(None, _CONTROLS)) != len(data):
        encoding = _find_wide_encoding(data)
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding is not None:
            raise UnknownFileTypeError from None
        text = _decode_broken(data)
    if encoding is not None and any(character in text for character in map(chr, _CONTROLS)):
        raise UnknownFileTypeError
    return text.removeprefix("\ufeff")


def _find_wide_encoding(data: bytes) -> str:
    """Return the encoding of UTF-16 without a mark: Latin characters have a zero at every other place."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if max(even, odd) >= LATIN_SHARE * len(data) / 2 and min(even, odd) <= ZERO_SHARE * len(data) / 2:
        return "utf-16-le" if odd > even else "utf-16-be"
    spaces = {encoding: _count_wide_spaces(data[:DETECTED_BYTES], encoding) for encoding in ("utf-16-le", "utf-16-be")}
    encoding = max(spaces, key=spaces.__getitem__)
    if not spaces[encoding]:
        raise UnknownFileTypeError
    return encoding


def _count_wide_spaces(sample: bytes, encoding: str) -> int:
    """Return how often words and sentences are separated in the beginning of a text; 0 if it has another encoding."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return 0
    controls = _CONTROLS.decode()
    if len(text) < MIN_WIDE_LENGTH or any(
        letter in controls or unicodedata.category(letter) in _NO_CHARACTERS for letter in set(text)
    ):
        return 0
    return len(_SPACES.findall(text))


def _decode_broken(data: bytes) -> str:
    """Return a text that is not UTF-8, or in which single characters are broken."""
    text = data.decode(errors="replace")
    beyond_ascii = len(text) - len(text.encode("ascii", errors="ignore"))
    if text.count("\ufffd") * BROKEN_SHARE <= beyond_ascii:
        return text
    return data.decode(_find_encoding(data), errors="replace")


def _find_encoding(data: bytes) -> str:
    import charset_normalizer  # noqa: PLC0415

    found = _BEYOND_ASCII.search(data)
    start = max(0, found.start() - CONTEXT_BYTES) if found else 0
    sample = data[start : start + DETECTED_BYTES]
    # A sample that ends within a character excludes the right encoding.
    cuts = MAX_CHARACTER_BYTES if start + DETECTED_BYTES < len(data) else 1
    samples = [sample[: len(sample) - cut] for cut in range(cuts)]
    # Statistics need more than a few words.
    for is_encoding, encoding in ((_is_big5, "cp950"), (_is_gb, "gb18030"), (_is_western, "cp1252")):
        if any(is_encoding(sample) for sample in samples):
            return encoding
    for sample in samples:
        if (best := charset_normalizer.from_bytes(sample).best()) is not None:
            return best.encoding
    if any(_has_words(sample, "gb18030", _COMMON_GB) for sample in samples):
        return "gb18030"
    raise UnknownFileTypeError


def _is_big5(sample: bytes) -> bool:
    """Return whether a text is Big5: in other encodings of Chinese and Korean, the second bytes are not ASCII."""
    has_ascii = any(double[1] <= LAST_ASCII for double in _DOUBLE.findall(sample))
    return has_ascii and _has_words(sample, "cp950", _COMMON_BIG5)


def _is_gb(sample: bytes) -> bool:
    """Return whether a text is simplified Chinese: Korean letters and Japanese syllables have other first bytes."""
    doubles = _DOUBLE.findall(sample)
    if any(_JAPANESE.match(double) for double in doubles) or not any(_NOT_KOREAN.match(double) for double in doubles):
        return False
    return _has_words(sample, "gb2312", _COMMON_GB)


def _has_words(sample: bytes, encoding: str, common: re.Pattern[bytes]) -> bool:
    """Return whether a text has usual characters in this encoding, and two of them next to each other."""
    try:
        sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    doubles = _DOUBLE.findall(sample)
    usual = sum(common.match(double) is not None for double in doubles)
    return _NEIGHBOURS.search(sample) is not None and usual >= COMMON_SHARE * len(doubles)


def _is_western(sample: bytes) -> bool:
    """Return whether a text has a few letters and signs of western Europe among ASCII."""
    runs = _BEYOND_ASCII_RUN.findall(sample)
    return len(runs) <= TOO_FEW_LETTERS and all(map(_WESTERN_RUN.fullmatch, runs))
