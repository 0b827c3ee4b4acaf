"""Hostile files of many formats: cut off at each section, office documents that are bombs, and foreign formats."""

import random
import struct
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from tests.chat.attachments import files
from tests.chat.attachments.hostile_documents import CATALOGUE, page_with
from tests.chat.attachments.hostile_images import PNG, bomb, chunk, jpeg_claiming, png_of

type Files = Mapping[str, Callable[[], bytes]]

PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>"
TEXT = b"<< /Length 0 >>\nstream\n\nendstream"


def office_bomb() -> bytes:
    """Return a word-processor document whose text is 100 MB of one letter."""
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED, compresslevel=1) as zipped:
        zipped.writestr("[Content_Types].xml", "<Types/>")
        zipped.writestr("word/document.xml", b"<w:t>" + b"a" * 100_000_000)
    return archive.getvalue()


def nested_zip() -> bytes:
    content = b"x" * 1_000_000
    for _ in range(5):
        archive = BytesIO()
        with ZipFile(archive, "w", ZIP_DEFLATED) as zipped:
            for number in range(4):
                zipped.writestr(f"{number}.zip", content)
        content = archive.getvalue()
    return content


def cut_jpeg(marker: bytes) -> bytes:
    """Return a JPEG that ends within the segment of a marker."""
    content = files.jpeg()
    return content[: content.index(marker) + 4]


def cut(name: str, end: int) -> bytes:
    return files.encoded(files.drawing(), name)[:end]


def cut_heic(end: int) -> bytes:
    return files.heic()[:end]


def isobmff(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + bytes(4) + brand + b"mif1" + random.Random(1).randbytes(4000)


def deep_pages(depth: int) -> bytes:
    """Return a PDF whose tree of pages is a chain."""
    kids = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>" % (n + 3, n + 1) for n in range(depth)]
    return files.assemble_pdf([CATALOGUE, *kids, b"<< /Type /Page /Parent %d 0 R >>" % (depth + 1)])


def with_bad_xref(offset: int) -> bytes:
    content = files.pdf("One")
    return content[: content.rindex(b"startxref")] + b"startxref\n%d\n%%%%EOF\n" % offset


def xref_loop() -> bytes:
    """Return a PDF whose table of objects says that the table before it is itself."""
    content = files.pdf("One")
    start = content.rindex(b"xref\n0")
    return content.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % start)


def object_stream_loop() -> bytes:
    stream = b"<< /Type /ObjStm /N 2 /First 8 /Extends 3 0 R /Length 24 >>\nstream\n3 0 4 0 << >> << >>     \nendstream"
    return files.assemble_pdf([CATALOGUE, b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>", stream])


def pdf_acting(action: bytes) -> bytes:
    """Return a PDF that does something when it is opened."""
    catalogue = b"<< /Type /Catalog /Pages 2 0 R /OpenAction %s >>" % action
    return files.assemble_pdf([catalogue, PAGES, PAGE, TEXT])


def pdf_with_attachment() -> bytes:
    catalogue = b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(evil.exe) 5 0 R] >> >> >>"
    named = b"<< /Type /Filespec /F (evil.exe) /EF << /F 6 0 R >> >>"
    return files.assemble_pdf([catalogue, PAGES, PAGE, TEXT, named, b"<< /Length 2 >>\nstream\nMZ\nendstream"])


def wide_text_bomb() -> bytes:
    """Return a page of a few kilobytes that draws millions of letters."""
    return page_with(
        zlib.compress(b"BT /F 1 Tf (" + b"A" * 30_000_000 + b") Tj ET", 9), filters=b"/Filter /FlateDecode"
    )


UNREADABLE: Files = {
    "a JPEG cut off at its first segment": lambda: cut_jpeg(b"\xff\xe0"),
    "a JPEG cut off at its quantization": lambda: cut_jpeg(b"\xff\xdb"),
    "a JPEG cut off at its frame": lambda: cut_jpeg(b"\xff\xc0"),
    "a JPEG cut off at its codes": lambda: cut_jpeg(b"\xff\xc4"),
    "a JPEG cut off at its scan": lambda: cut_jpeg(b"\xff\xda"),
    **{f"a PNG cut off after {end} bytes": partial(cut, "PNG", end) for end in (8, 12, 25, 33, 41, 60)},
    **{f"a WebP cut off after {end} bytes": partial(cut, "WEBP", end) for end in (12, 20, 30, 60)},
    **{f"a GIF cut off after {end} bytes": partial(cut, "GIF", end) for end in (6, 13, 100)},
    **{f"a HEIC cut off after {end} bytes": partial(cut_heic, end) for end in (24, 100, 500)},
    "a JPEG of the maximum width": lambda: jpeg_claiming(65_535, 65_535),
    "a PNG with a bomb in its profile": lambda: png_of(8, 8, more=chunk(b"iCCP", b"a\0\0" + bomb(300_000_000))),
    "a PNG with a bomb in its international text": lambda: png_of(
        8, 8, more=chunk(b"iTXt", b"a\0\1\0\0\0" + bomb(300_000_000))
    ),
    "a PNG with a chunk of 4 gigabytes": lambda: PNG + b"\xff\xff\xff\xffIHDR" + bytes(100),
    "a PNG without data": lambda: (
        PNG + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)) + chunk(b"IEND", b"")
    ),
    "a PNG of an unknown depth": lambda: (
        PNG
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 7, 2, 0, 0, 0))
        + chunk(b"IDAT", bomb(200))
        + chunk(b"IEND", b"")
    ),
    "a GIF with a canvas of 4 gigapixels and a small frame": lambda: (
        b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
    ),
    "a WebP with a canvas of 268 megapixels": lambda: (
        b"RIFF\x26\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\x3f\0\xff\x3f\0VP8 \x08\0\0\0" + bytes(8)
    ),
    "a PDF that is encrypted by another filter": lambda: files.assemble_pdf(
        [CATALOGUE, PAGES, PAGE, TEXT], extra=b"/Encrypt << /Filter /Evil /V 9 >> /ID [<00> <00>]"
    ),
}
UNKNOWN: Files = {
    "a word-processor document that is a bomb": office_bomb,
    "archives in archives": nested_zip,
    "an old word-processor document": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "a JPEG behind a line of text": lambda: b"\x00text\n" + files.jpeg(),
    "a big-endian TIFF": lambda: b"MM\0*" + files.encoded(files.drawing((8, 8)), "TIFF")[4:],
    "a BigTIFF": lambda: b"II+\0\x08\0\0\0" + bytes(64),
    "an icon": lambda: files.encoded(files.drawing((32, 32), "RGBA"), "ICO"),
    "an AVIF": lambda: isobmff(b"avif"),
    "a video": lambda: isobmff(b"mp42"),
    "an audio file": lambda: b"RIFF\x24\0\0\0WAVEfmt " + bytes(28),
    "a font": lambda: b"\0\1\0\0\0\x0c\0\x80" + bytes(100),
    "a Java class file": lambda: b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(100),
    "a Windows program": lambda: b"MZ\x90\0\3\0\0\0" + bytes(200) + b"This program cannot be run in DOS mode.",
    "a text with a zero at its end": lambda: b"a plain text" * 50 + b"\0",
    "a PostScript file with a binary head": lambda: b"\xc5\xd0\xd3\xc6" + bytes(26) + b"%!PS-Adobe-3.0",
}
IN_TIME: Files = {
    "a PDF with a deep tree of pages": lambda: deep_pages(3000),
    "a PDF whose table is somewhere else": lambda: with_bad_xref(99_999_999),
    "a PDF whose table is before its beginning": lambda: with_bad_xref(-5),
    "a PDF whose table of objects is a loop": xref_loop,
    "a PDF whose stream of objects is a loop": object_stream_loop,
    "a PDF that draws millions of letters": wide_text_bomb,
    "a JPEG that claims to have 12 bits": lambda: files.jpeg().replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c"),
    "a PNG with 100,000 chunks": lambda: png_of(8, 8, more=chunk(b"tEXt", b"a\0b") * 100_000),
    "a GIF with a million frames": lambda: (
        b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff" + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0" * 1_000_000 + b";"
    ),
}
"""Files that may be accepted or refused, but in time, and with nothing left behind."""

DOCUMENTS: Files = {
    "an SVG with a script": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a page with a script": lambda: b"<!doctype html><script>alert(document.cookie)</script>",
    "an SVG that includes itself": lambda: b'<!DOCTYPE a [<!ENTITY b "&b;&b;">]><svg>&b;</svg>',
    "a PDF with a script": lambda: pdf_acting(b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"),
    "a PDF that starts a program": lambda: pdf_acting(b"<< /S /Launch /F (/bin/sh) >>"),
    "a PDF that fetches a URL": lambda: pdf_acting(b"<< /S /URI /URI (http://127.0.0.1:9/) >>"),
    "a PDF with a program in it": pdf_with_attachment,
    "a PDF that is a page": lambda: files.pdf("One") + b"<script>alert(1)</script>",
    "a text in two encodings": lambda: "Größe, 繁體中文\n".encode() * 200 + "Länge\n".encode("latin-1"),
    "a text with terminal escape sequences": lambda: b"\x1b]0;evil\x07\x1b[2J\x1b[1;1H" * 100,
    "a text with bidirectional controls": "safe\u202etxt.exe\u2066\u200b".encode,
}
"""Files that are accepted as documents, and served as downloads that nothing runs."""

NAMES: Mapping[str, str] = {
    "../../../etc/cron.d/evil": "evil",
    "..\\..\\windows\\system32\\evil.dll": "evil.dll",
    "/etc/passwd": "passwd",
    "folder/../..": "file",
    "name\r\nX-Evil: 1.txt": "nameX-Evil: 1.txt",
    "\u202egnp.exe": "gnp.exe",
    "a\0b.txt": "ab.txt",
    ".": "file",
    "   ": "file",
    "e" * 400: "e" * 255,
}
"""Names of uploads, and the names under which they are stored."""
