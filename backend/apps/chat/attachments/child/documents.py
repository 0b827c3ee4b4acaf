"""Documents: the text of PDF files and of text files of any kind."""

import codecs

from apps.chat.attachments.child.outcome import Outcome, UnknownTypeError, UnreadableFileError

MAX_CHARACTERS = 200_000
MAX_PAGES = 200
DETECTED_BYTES = 64 * 1024
"""Bytes of a text in an unknown encoding from which the encoding is found."""

PDF = b"%PDF-"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What programs put into logs and listings: tab, line ends, form feed, backspace and escape.
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\b\x1b") + b"\x7f"


def prepare_pdf() -> None:
    """Import what reads PDF files."""
    import pypdfium2  # noqa: F401, PLC0415

    codecs.lookup("utf-16-le")  # PDFium's own encoding


def prepare_text() -> None:
    """Import what finds encodings, and the encodings."""
    import charset_normalizer  # noqa: PLC0415
    from charset_normalizer.constant import IANA_SUPPORTED  # noqa: PLC0415

    for name in (*IANA_SUPPORTED, *(encoding for _, encoding in _MARKS), "utf-16-le", "utf-16-be"):
        codecs.lookup(name)
    charset_normalizer.from_bytes("Umlaute: äöü, 繁體中文".encode("utf-16"))


def process_pdf(data: bytes) -> Outcome:
    """Return the text of a PDF file, with the number of each page before its text.

    Raises:
        UnreadableFileError: it is broken or encrypted, or has no page.
    """
    import pypdfium2  # noqa: PLC0415

    try:
        document = pypdfium2.PdfDocument(data)
        pages = len(document)
    except pypdfium2.PdfiumError:
        raise UnreadableFileError from None
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
        text = page.get_textpage()
        # Three times as many code units as are kept: a page with more is cut by the total anyway.
        count = min(text.count_chars(), 3 * MAX_CHARACTERS)
        read: str = text.get_text_range(0, count) if count > 0 else ""
        text.close()
        page.close()
    except pypdfium2.PdfiumError:
        return ""
    return _clean(read).strip()


def process_text(data: bytes) -> Outcome:
    """Return the beginning of a text file as UTF-8.

    Raises:
        UnknownTypeError: the file is not text.
    """
    text = _decode(data)
    kept = _clean(text[:MAX_CHARACTERS])
    objects = {"text": kept.encode()}
    return Outcome(kind="document", mime="text/plain", truncated=len(text) > MAX_CHARACTERS, objects=objects)


def _decode(data: bytes) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if encoding is None and len(data.translate(None, _CONTROLS)) != len(data):
        raise UnknownTypeError
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding is not None:
            raise UnknownTypeError from None
        text = data.decode(_find_encoding(data), errors="replace")
    if encoding is not None and any(character in text for character in map(chr, _CONTROLS)):
        raise UnknownTypeError
    return text


def _find_encoding(data: bytes) -> str:
    import charset_normalizer  # noqa: PLC0415

    best = charset_normalizer.from_bytes(data[:DETECTED_BYTES]).best()
    if best is None:
        raise UnknownTypeError
    return best.encoding


def _clean(text: str) -> str:
    """Return `text` with the characters replaced that databases or models refuse."""
    return text.replace("\0", "\ufffd").encode("utf-8", errors="replace").decode()
