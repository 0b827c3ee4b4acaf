"""Documents: the text of PDF files and of text files of any kind."""

import codecs
import re
import unicodedata

from apps.chat.attachments.child.outcome import (
    EncryptedFileError,
    Outcome,
    UnknownTypeError,
    UnreadableFileError,
)
from apps.chat.attachments.child.right_to_left import Box, order_words, runs_left

MAX_CHARACTERS = 200_000
MAX_PAGES = 200
DETECTED_BYTES = 64 * 1024
"""Bytes of a text in an unknown encoding from which the encoding is found."""

CONTEXT_BYTES = 1024
"""ASCII before them that is looked at too."""

MAX_CHARACTER_BYTES = 4
"""Bytes of a character in any of the encodings."""

BROKEN_SHARE = 10
"""One in ten characters beyond ASCII may be broken in a text that counts as UTF-8: a log may be cut anywhere."""

LATIN_SHARE = 0.7
"""Part of the characters that has to be Latin in UTF-16 without a mark: less could be texts with zeros between them."""

ZERO_SHARE = 0.1
"""Part of the characters that may have a zero at the other place, as some emoji do."""

MIN_WIDE_LENGTH = 32
"""Characters from which UTF-16 without a mark is recognized in texts of other scripts; fewer could be anything."""

PDF = b"%PDF-"
PDF_HEAD_WITHIN = 1024
"""Readers of PDF accept other bytes before the file: mail headers, a byte order mark, commands for a printer."""

ZIP = b"PK\x03\x04"
_PDF_HEAD = re.compile(rb"%PDF-\d\.\d")
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


def prepare_pdf() -> None:
    import pypdfium2  # noqa: F401, PLC0415

    codecs.lookup("utf-16-le")  # PDFium's own encoding


def prepare_text() -> None:
    import charset_normalizer  # noqa: PLC0415
    from charset_normalizer.constant import IANA_SUPPORTED  # noqa: PLC0415

    for name in (*IANA_SUPPORTED, *(encoding for _, encoding in _MARKS), "utf-16-le", "utf-16-be"):
        codecs.lookup(name)
    charset_normalizer.from_bytes("Umlaute: äöü, 繁體中文".encode("utf-16"))


def has_pdf_head(data: bytes) -> bool:
    """Return whether the head of a PDF file follows other bytes; never for an archive that has a PDF in it."""
    return not data.startswith(ZIP) and _PDF_HEAD.search(data, 0, PDF_HEAD_WITHIN) is not None


def process_late_pdf(data: bytes) -> Outcome:
    """Return the text of a file for which `has_pdf_head` holds: of a PDF file, or of a text that quotes one.

    Raises:
        UnreadableFileError: it is neither, or an encrypted PDF file.
    """
    try:
        return process_pdf(data)
    except EncryptedFileError:
        raise
    except UnreadableFileError:
        try:
            return process_text(data)
        except UnknownTypeError:
            raise UnreadableFileError from None


def process_pdf(data: bytes) -> Outcome:
    """Return the text of a PDF file, with the number of each page before its text.

    Raises:
        EncryptedFileError: it needs a password.
        UnreadableFileError: it is broken, or has no page.
    """
    import pypdfium2  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()  # Makes the appearance of fields that have none.
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        is_encrypted = error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD
        raise (EncryptedFileError if is_encrypted else UnreadableFileError) from None
    if not pages:
        raise UnreadableFileError
    parts: list[str] = []
    left = MAX_CHARACTERS
    for index in range(min(pages, MAX_PAGES)):
        text = _read_page(document, index)
        if text:
            part = f"[page {index + 1}]\n{text}\n\n"
            parts.append(part[:left])
            left -= len(part)
        if left < 0:
            break
    text = "".join(parts).rstrip()
    truncated = left < 0 or pages > MAX_PAGES
    objects = {"text": text.encode()}
    return Outcome(kind="document", mime="application/pdf", pages=pages, truncated=truncated, objects=objects)


def _read_page(document: object, index: int) -> str:
    """Return the text of a page; empty if the page is broken."""
    import pypdfium2  # noqa: PLC0415

    try:
        page = document[index]  # type: ignore[index] # pypdfium2 is not typed
        # What users have filled in is not part of the page yet: the values of form fields, and text boxes.
        if pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_NORMALDISPLAY) == pypdfium2.raw.FLATTEN_SUCCESS:
            page.close()
            page = document[index]  # type: ignore[index]
        text = page.get_textpage()
        # Three times as many code units as are kept: a page with more is cut by the total anyway.
        count = min(text.count_chars(), 3 * MAX_CHARACTERS)
        read: str = text.get_text_range(0, count) if count > 0 else ""
        if runs_left(read):
            read = _read_leftward(text, count)
        text.close()
        page.close()
    except pypdfium2.PdfiumError:
        return ""
    # PDFium ends lines as Windows does, and marks the hyphens of divided words.
    return _clean(read.replace("\r\n", "\n").replace("\ufffe", "")).strip()


def _read_leftward(page: object, count: int) -> str:
    """Return the text of a page on which some runs to the left."""
    import pypdfium2  # noqa: PLC0415

    def box_of(index: int) -> Box:
        return Box(*page.get_charbox(index, loose=True))  # type: ignore[attr-defined]

    units = "".join(chr(pypdfium2.raw.FPDFText_GetUnicode(page, index)) for index in range(count))
    return order_words(units, box_of)


def process_text(data: bytes) -> Outcome:
    """Return the beginning of a text file as UTF-8.

    Raises:
        UnknownTypeError: the file is not text.
        UnreadableFileError: it has no character.
    """
    text = _decode(data)
    if not text:
        raise UnreadableFileError
    kept = _clean(text[:MAX_CHARACTERS])
    objects = {"text": kept.encode()}
    return Outcome(kind="document", mime="text/plain", truncated=len(text) > MAX_CHARACTERS, objects=objects)


def _decode(data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if encoding is None and len(data.translate(None, _CONTROLS)) != len(data):
        encoding = _find_wide_encoding(data)
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding is not None:
            raise UnknownTypeError from None
        text = _decode_broken(data)
    if encoding is not None and any(character in text for character in map(chr, _CONTROLS)):
        raise UnknownTypeError
    return text.removeprefix("\ufeff")


def _find_wide_encoding(data: bytes) -> str:
    """Return the encoding of UTF-16 without a mark: Latin characters have a zero at every other place."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if max(even, odd) >= LATIN_SHARE * len(data) / 2 and min(even, odd) <= ZERO_SHARE * len(data) / 2:
        return "utf-16-le" if odd > even else "utf-16-be"
    spaces = {encoding: _count_wide_spaces(data[:DETECTED_BYTES], encoding) for encoding in ("utf-16-le", "utf-16-be")}
    encoding = max(spaces, key=spaces.__getitem__)
    if not spaces[encoding]:
        raise UnknownTypeError
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
    for cut in range(cuts):
        if (best := charset_normalizer.from_bytes(sample[: len(sample) - cut]).best()) is not None:
            return best.encoding
    raise UnknownTypeError


def _clean(text: str) -> str:
    """Return `text` with the characters replaced that databases or models refuse."""
    return text.replace("\0", "\ufffd").encode("utf-8", errors="replace").decode()
