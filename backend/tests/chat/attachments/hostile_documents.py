"""Documents that are broken, lie about themselves, or are not documents."""

import codecs
import gzip
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from tests.chat.attachments import files
from tests.chat.attachments.hostile_images import bomb

CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
LOCK = (
    b"/ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>] "
    b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"41" * 32, b"42" * 32)
)


def zip_bomb() -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED, compresslevel=1) as zipped:
        zipped.writestr("bomb", bytes(50_000_000))
    return archive.getvalue()


def encrypted_pdf() -> bytes:
    return files.assemble_pdf([CATALOGUE, b"<< /Type /Pages /Kids [] /Count 0 >>"], extra=LOCK)


def page_with(content: bytes, *, filters: bytes = b"") -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>"
    stream = b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), filters, content)
    return files.assemble_pdf([CATALOGUE, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page, stream])


def nested_bomb() -> bytes:
    return page_with(zlib.compress(bomb(250_000_000), 9), filters=b"/Filter [/FlateDecode /FlateDecode]")


def form_loop() -> bytes:
    """Return a page that draws a form, which draws itself."""
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >> /Length 5 >>"
    return files.assemble_pdf(
        [
            CATALOGUE,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /Resources << /XObject << /F 5 0 R >> >> /Contents 4 0 R >>",
            b"<< /Length 5 >>\nstream\n/F Do\nendstream",
            form + b"\nstream\n/F Do\nendstream",
        ]
    )


UNKNOWN: Mapping[str, Callable[[], bytes]] = {
    "a ZIP bomb": zip_bomb,
    "a GZIP bomb": lambda: gzip.compress(bytes(50_000_000), 1),
    "a program named .txt": lambda: b"\x7fELF\x02\x01\x01" + bytes(64) + b"readable text" * 100,
    "a database": lambda: b"SQLite format 3\0" + bytes(200),
    "noise": lambda: bytes(range(256)) * 100,
    "zeros": lambda: bytes(10_000),
    "small numbers of two bytes": lambda: b"".join(n.to_bytes(2, "little") for n in range(1, 200)),
    "a zero in every fourth byte": lambda: b"abc\0" * 1000,
    "a TIFF": lambda: files.encoded(files.drawing(), "TIFF"),
    "a BMP": lambda: files.encoded(files.drawing(), "BMP"),
    "a text with a zero in it": lambda: b"text" * 1000 + b"\0" + b"text" * 1000,
    "half a character of UTF-16": lambda: "text".encode("utf-16") + b"\0",
    "an archive with a PDF in it": lambda: b"PK\x03\x04" + bytes(40) + files.pdf("One"),
    "UTF-16 with zeros": lambda: "te\0xt".encode("utf-16"),
}
UNREADABLE: Mapping[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a byte order mark of UTF-8 alone": lambda: codecs.BOM_UTF8,
    "a byte order mark of UTF-16 alone": lambda: codecs.BOM_UTF16_BE,
    "an encrypted PDF": encrypted_pdf,
    "an encrypted PDF behind a line": lambda: b"A line\n" + encrypted_pdf(),
    "a PDF of noise behind a line": lambda: b"A line\n%PDF-1.7\n" + bytes(range(256)) * 100,
    "a PDF with a head alone": lambda: b"%PDF-1.7\n",
    "a PDF without pages": lambda: files.assemble_pdf([CATALOGUE, b"<< /Type /Pages /Kids [] /Count 0 >>"]),
    "a PDF of noise": lambda: b"%PDF-1.7\n" + bytes(range(256)) * 100,
}
IN_TIME: Mapping[str, Callable[[], bytes]] = {
    "a PDF whose pages are a loop": lambda: files.assemble_pdf(
        [CATALOGUE, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]
    ),
    "a PDF that claims two thousand million pages": lambda: files.assemble_pdf(
        [CATALOGUE, b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>", b"<< /Type /Page /Parent 2 0 R >>"]
    ),
    "a PDF with a bomb in a bomb": nested_bomb,
    "a PDF of brackets": lambda: page_with(b"[" * 2_000_000),
    "a PDF that draws itself": form_loop,
    "a PDF that is cut off": lambda: files.pdf("One", "Two")[:-200],
    "a page before a PDF": lambda: b"<script>alert(1)</script>" + files.pdf("One"),
}
"""Files that may be accepted or refused, but in time, and with nothing left behind."""
