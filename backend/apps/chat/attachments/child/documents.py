"""Documents: the text of PDF files and of text files of any kind."""

import codecs
import re
from typing import TYPE_CHECKING

from apps.chat.attachments.child.processed_file import (
    EncryptedFileError,
    ProcessedFile,
    UnknownFileTypeError,
    UnreadableFileError,
)
from apps.chat.attachments.child.right_to_left import Box, order_words, runs_left
from apps.chat.attachments.child.text_encodings import decode_text
from apps.core.unicode_forms import normalize

if TYPE_CHECKING:
    import pypdfium2

MAX_CHARACTERS = 200_000
MAX_PAGES = 200
PDF_MAGIC = b"%PDF-"
PDF_HEAD_WITHIN = 1024
"""Bytes in which the head must begin: PDF readers accept mail headers, a BOM or printer commands before it."""

ZIP_MAGIC = b"PK\x03\x04"
_PDF_HEAD = re.compile(rb"%PDF-\d\.\d")
_RADICALS = {radical: normalize("NFKD", chr(radical)) for radical in range(0x2F00, 0x2FD6)}
"""Ordinary characters for the Kangxi radicals that look like them: many PDF files name the radical by mistake."""


def prepare_pdf() -> None:
    """Import the modules that read PDF files."""
    import pypdfium2  # noqa: F401, PLC0415

    codecs.lookup("utf-16-le")  # PDFium's own encoding


def is_prefixed_pdf(data: bytes) -> bool:
    """Return whether a file has the head of a PDF after other bytes; never for an archive with a PDF in it."""
    return not data.startswith(ZIP_MAGIC) and _PDF_HEAD.search(data, 0, PDF_HEAD_WITHIN) is not None


def process_prefixed_pdf(data: bytes) -> ProcessedFile:
    """Return the text of a file with a PDF head after other bytes: a PDF file, or a text that quotes one.

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
        except UnknownFileTypeError:
            raise UnreadableFileError from None


def process_pdf(data: bytes) -> ProcessedFile:
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
    return ProcessedFile(kind="document", mime="application/pdf", pages=pages, truncated=truncated, objects=objects)


def _read_page(document: "pypdfium2.PdfDocument", index: int) -> str:
    """Return the text of a page; empty if the page is broken."""
    import pypdfium2  # noqa: PLC0415

    try:
        page = document[index]
        # The values of form fields and text boxes are not part of the page until it is flattened.
        if pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_NORMALDISPLAY) == pypdfium2.raw.FLATTEN_SUCCESS:
            page.close()
            page = document[index]
        text_page = page.get_textpage()
        # Three times as many code units as are kept: a page with more is cut by the total anyway.
        count = min(text_page.count_chars(), 3 * MAX_CHARACTERS)
        read: str = text_page.get_text_range(0, count) if count > 0 else ""
        if runs_left(read):
            read = _read_leftward(text_page, count)
        text_page.close()
        page.close()
    except pypdfium2.PdfiumError:
        return ""
    # PDFium ends lines as Windows does, and marks the hyphens of divided words.
    return _clean(read.replace("\r\n", "\n").replace("\ufffe", "").translate(_RADICALS)).strip()


def _read_leftward(text_page: "pypdfium2.PdfTextPage", count: int) -> str:
    """Return the text of a page that has right-to-left text."""
    import pypdfium2  # noqa: PLC0415

    def find_box(index: int) -> Box:
        return Box(*text_page.get_charbox(index, loose=True))

    units = "".join(chr(pypdfium2.raw.FPDFText_GetUnicode(text_page, index)) for index in range(count))
    return order_words(units, find_box)


def process_text(data: bytes) -> ProcessedFile:
    """Return the beginning of a text file as UTF-8.

    Raises:
        UnknownFileTypeError: the file is not text.
        UnreadableFileError: it has no character.
    """
    text = decode_text(data)
    if not text:
        raise UnreadableFileError
    kept = _clean(text[:MAX_CHARACTERS])
    objects = {"text": kept.encode()}
    return ProcessedFile(kind="document", mime="text/plain", truncated=len(text) > MAX_CHARACTERS, objects=objects)


def _clean(text: str) -> str:
    """Return `text` with U+FFFD or `?` for the characters that databases or models refuse."""
    return text.replace("\0", "\ufffd").encode("utf-8", errors="replace").decode()
