"""Images that are broken, lie about themselves, or carry something else."""

import struct
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZipFile

from PIL.PngImagePlugin import PngInfo

from tests.chat.attachments import files

PNG = b"\x89PNG\r\n\x1a\n"
BOMB_BLOCK = 1_000_000


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_of(width: int, height: int, *, more: bytes = b"", data: bytes | None = None) -> bytes:
    """Return a black PNG of one bit per pixel, or a PNG that claims that size and has `data`."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = bytes((width + 7) // 8 + 1) * height if data is None else b""
    return PNG + head + more + chunk(b"IDAT", zlib.compress(rows) if data is None else data) + chunk(b"IEND", b"")


def jpeg_claiming(width: int, height: int) -> bytes:
    content = bytearray(files.jpeg((64, 64)))
    start = content.index(b"\xff\xc0") + 5
    content[start : start + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def with_zip(content: bytes) -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w") as zipped:
        zipped.writestr("evil.html", "<script>alert(1)</script>")
    return content + archive.getvalue()


def png_with_text() -> bytes:
    info = PngInfo()
    info.add_text("Comment", "<script>alert(1)</script><?php system($_GET[0]); ?>")
    return files.encoded(files.drawing(), "PNG", pnginfo=info)


def bomb(size: int) -> bytes:
    """Return compressed zeros: a block of them is compressed once and repeated, because all would take seconds."""
    whole, rest = divmod(size, BOMB_BLOCK)
    compressor = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    block = compressor.compress(bytes(BOMB_BLOCK)) + compressor.flush(zlib.Z_FULL_FLUSH)
    end = compressor.compress(bytes(rest)) + compressor.flush()
    return b"\x78\xda" + block * whole + end + struct.pack(">HH", size % 65_521, 1)  # The sum of zeros (RFC 1950).


UNREADABLE: Mapping[str, Callable[[], bytes]] = {
    "a PNG that is cut off": lambda: files.png()[: len(files.png()) // 2],
    "a PNG with a wrong sum": lambda: files.png().replace(b"IDAT", b"IDAX", 1),
    "a PNG of 100 megapixels": lambda: png_of(10_000, 10_000),
    "a PNG that claims 4 gigapixels": lambda: png_of(65_535, 65_535, data=bomb(1000)),
    "a PNG that claims to be endless": lambda: png_of(2**31 - 1, 2**31 - 1, data=bomb(1000)),
    "a PNG with a bomb in its text": lambda: png_of(8, 8, more=chunk(b"zTXt", b"a\0\0" + bomb(200_000_000))),
    "a PNG without pixels": lambda: png_of(0, 0),
    "a JPEG of three bytes": lambda: b"\xff\xd8\xff",
    "a JPEG that is cut off": lambda: files.jpeg()[: len(files.jpeg()) // 3],
    "a JPEG that claims 100 megapixels": lambda: jpeg_claiming(10_000, 10_000),
    "a JPEG that claims the largest size": lambda: jpeg_claiming(65_500, 65_500),
    "a JPEG of noise": lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40,
    "a GIF that claims 4 gigapixels": lambda: (
        b"GIF89a\xff\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02"
    ),
    "a GIF without pixels": lambda: b"GIF89a\x00\x00\x00\x00\x00\x00\x00;",
    "a GIF that is a script": lambda: b"GIF89a/*" + bytes(9) + b"*/=1;alert(document.domain)//",
    "a WebP of noise": lambda: b"RIFF\xff\x00\x00\x00WEBPVP8 " + bytes(range(200)),
    "a HEIC of noise": lambda: b"\0\0\0\x18ftypheic" + bytes(range(256)) * 8,
}

CARRIERS: Mapping[str, Callable[[], bytes]] = {
    "a JPEG with a ZIP behind it": lambda: with_zip(files.jpeg()),
    "a PNG with a ZIP behind it": lambda: with_zip(files.png()),
    "a GIF with a page behind it": lambda: files.encoded(files.drawing(), "GIF") + b"<script>alert(1)</script>",
    "a PNG with a script in its text": png_with_text,
}
"""Files that are accepted as images, and whose foreign content is never served."""
