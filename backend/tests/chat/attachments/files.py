"""Test files, made in code: the repository contains no binaries."""

from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

MAX_LOSSLESS = 3 * 1024 * 1024


def drawing(size: tuple[int, int] = (640, 480), mode: str = "RGB") -> Image.Image:
    """Return a drawing with a red upper left corner and slanted lines, asymmetric at every size and orientation."""
    image = Image.new(mode, size, "white")
    draw = ImageDraw.Draw(image)
    for step in range(0, size[0], max(1, size[0] // 64)):
        draw.line((step, 0, step // 2, size[1]), fill=(step % 256, 90, 160), width=2)
    draw.rectangle((0, 0, size[0] // 4, size[1] // 4), fill="red")
    return image


def small_text(size: tuple[int, int]) -> Image.Image:
    """Return a page full of small text."""
    image = Image.new("RGB", size, "white")
    font = ImageFont.load_default(20)
    for top in range(0, size[1], 28):
        ImageDraw.Draw(image).text((8, top), f"Line {top} of a text in small letters. " * 9, "black", font)
    return image


def grainy(size: tuple[int, int], grain: int) -> Image.Image:
    """Return an image that lossless formats can hardly reduce: grey, with coloured noise of this strength."""
    return Image.merge("RGB", [Image.effect_noise(size, grain) for _ in "RGB"])


def difference(first: Image.Image, second: Image.Image) -> float:
    """Return how much the pixels of two images differ (root mean square)."""
    return ImageStat.Stat(ImageChops.difference(first.convert("L"), second.convert("L"))).rms[0]


def encoded(image: Image.Image, name: str, **options: Any) -> bytes:
    """Return an image in the format that Pillow calls `name`."""
    file = BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


@cache
def png(size: tuple[int, int] = (640, 480)) -> bytes:
    return encoded(drawing(size), "PNG")


def jpeg(size: tuple[int, int] = (640, 480), **options: Any) -> bytes:
    return encoded(drawing(size), "JPEG", **options)


@cache
def heic(size: tuple[int, int] = (640, 480)) -> bytes:
    import pillow_heif  # noqa: PLC0415 - registers itself with Pillow only when it is told to

    file = BytesIO()
    pillow_heif.from_pillow(drawing(size)).save(file)
    return file.getvalue()


def pdf(*pages: str) -> bytes:
    """Return a PDF with one line of ASCII text on each page."""
    count = len(pages)
    kids = b" ".join(b"%d 0 R" % (4 + 2 * index) for index in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, text in enumerate(pages):
        stream = b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % text.encode()
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"
            b" /Contents %d 0 R >>" % (5 + 2 * index),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    return assemble_pdf(objects)


def assemble_pdf(objects: list[bytes], *, extra: bytes = b"") -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is its catalogue. `extra` goes into the trailer."""
    content, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    content += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"<< /Size %d /Root 1 0 R %s >>" % (len(objects) + 1, extra)
    return content + b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, start)
