"""Pixels of unusual images: colours, transparency, frames and orientation."""

import struct
import zlib
from io import BytesIO
from typing import Any, Literal

import pytest
from PIL import Image, ImageCms

from tests.chat.attachments import files
from tests.chat.attachments.hostile_images import PNG, chunk
from tests.chat.attachments.uploader import Uploader

# Files are read by a process that has no database.
pytestmark = pytest.mark.store_independent

GREY, COLOURS, PALETTE = 0, 2, 3
TOLERANCE = 12
"""Steps of 255 by which the colours of a photograph may differ once it is encoded again."""

# By number in the metadata: where the upper left corner of the stored pixels is to be shown.
CORNERS = {
    1: "upper left", 2: "upper right", 3: "lower right", 4: "lower left",
    5: "upper left", 6: "upper right", 7: "lower right", 8: "lower left",
}  # fmt: skip


def png(depth: int, kind: int, row: bytes, key: bytes, *, width: int, palette: bytes = b"") -> bytes:
    """Return a PNG with one row of pixels, and a chunk that says which are transparent."""
    content = chunk(b"IHDR", struct.pack(">IIBBBBB", width, 1, depth, kind, 0, 0, 0))
    content += chunk(b"PLTE", palette) if palette else b""
    content += chunk(b"tRNS", key) + chunk(b"IDAT", zlib.compress(b"\0" + row)) + chunk(b"IEND", b"")
    return PNG + content


def shown(uploader: Uploader, content: bytes) -> Image.Image:
    """Return an image as it is served."""
    return Image.open(BytesIO(uploader.fetch(uploader.attach(content)["url"])[1]))


def pixels(image: Image.Image) -> list[Any]:
    return [image.getpixel((x, 0)) for x in range(image.width)]


def near(first: Any, second: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= TOLERANCE for a, b in zip(first, second, strict=True))


def profile(name: Literal["LAB", "sRGB"]) -> bytes:
    """Return a colour profile."""
    profile: bytes = ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()
    return profile


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (png(1, GREY, b"\xa0", b"\0\1", width=4), [(255, 0), (0, 255), (255, 0), (0, 255)]),
        (png(2, GREY, b"\x1b", b"\0\2", width=4), [(0, 255), (85, 255), (170, 0), (255, 255)]),
        (png(4, GREY, b"\x5f\x05", b"\0\5", width=4), [(85, 0), (255, 255), (0, 255), (85, 0)]),
        (png(8, GREY, b"\x05\x06\xff", b"\0\5", width=3), [(5, 0), (6, 255), (255, 255)]),
        (
            png(16, GREY, struct.pack(">3H", 0x1234, 0x1235, 0xFFFF), b"\x12\x34", width=3),
            [(0x12, 0), (0x12, 255), (255, 255)],
        ),
    ],
    ids=["1 bit", "2 bits", "4 bits", "8 bits", "16 bits"],
)
def test_a_transparent_grey_stays_transparent(uploader: Uploader, content: bytes, expected: list[Any]) -> None:
    assert pixels(shown(uploader, content)) == [(grey, grey, grey, alpha) for grey, alpha in expected]


@pytest.mark.parametrize("depth", [8, 16])
def test_a_transparent_colour_stays_transparent(uploader: Uploader, depth: int) -> None:
    samples = [10, 20, 30, 10, 20, 31, 255, 0, 0]
    if depth == 16:
        samples = [sample << 8 | 7 for sample in samples]
    row = struct.pack(f">9{'H' if depth == 16 else 'B'}", *samples)
    key = struct.pack(">3H", *samples[:3])
    result = shown(uploader, png(depth, COLOURS, row, key, width=3))
    assert pixels(result) == [(10, 20, 30, 0), (10, 20, 31, 255), (255, 0, 0, 255)]


def test_a_palette_keeps_its_transparency(uploader: Uploader) -> None:
    result = shown(uploader, png(8, PALETTE, b"\0\1\2", b"\xff\x80\0", width=3, palette=b"\xff\0\0\0\xff\0\0\0\xff"))
    assert pixels(result) == [(255, 0, 0, 255), (0, 255, 0, 128), (0, 0, 255, 0)]


def test_grey_of_16_bits_is_scaled(uploader: Uploader) -> None:
    image = Image.new("I;16", (4, 1))
    for x, value in enumerate((0, 0x4000, 0x8000, 0xFFFF)):
        image.putpixel((x, 0), value)
    assert pixels(shown(uploader, files.encoded(image, "PNG"))) == [(grey,) * 3 for grey in (0, 0x40, 0x80, 0xFF)]


def test_cmyk_becomes_rgb(uploader: Uploader) -> None:
    image = Image.new("CMYK", (64, 64), (0, 255, 255, 0))
    red = shown(uploader, files.encoded(image, "JPEG", quality=95))
    assert red.mode == "RGB"
    assert near(red.getpixel((32, 32)), (255, 0, 0))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P"])
def test_a_colour_profile_is_applied(uploader: Uploader, mode: str) -> None:
    """The profile exchanges two channels, as no real one does: to ignore it would be seen."""
    image = Image.new("RGB", (4, 4), (200, 40, 40))
    image = image.quantize(2) if mode == "P" else image.convert(mode)
    result = shown(uploader, files.encoded(image, "PNG", icc_profile=exchanged_profile()))
    assert near(result.convert("RGB").getpixel((1, 1)), (40, 200, 40))


def exchanged_profile() -> bytes:
    """Return the profile of sRGB, with the colours of red and green exchanged."""
    content = profile("sRGB")
    return content.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")


@pytest.mark.parametrize(("mode", "name"), [("L", "PNG"), ("LA", "PNG"), ("I;16", "PNG"), ("L", "JPEG")])
def test_the_profile_of_a_grey_image_is_applied(uploader: Uploader, mode: str, name: str) -> None:
    """A linear grey of a half is a light grey in sRGB."""
    image = Image.new("I;16", (64, 64), 0x8080) if mode == "I;16" else Image.new("L", (64, 64), 0x80).convert(mode)
    result = shown(uploader, files.encoded(image, name, icc_profile=linear_grey()))
    assert near(result.convert("RGB").getpixel((1, 1)), (188, 188, 188))


def linear_grey() -> bytes:
    """Return a colour profile of grey whose values are proportional to the light."""
    white = struct.pack(">3i", 0xF6D6, 0x10000, 0xD32D)
    tags = {
        b"wtpt": b"XYZ \0\0\0\0" + white,
        b"kTRC": b"curv" + struct.pack(">3I", 0, 0, 0),
        b"desc": b"desc" + struct.pack(">2I", 0, 5) + b"Grey\0" + bytes(78) + b"\0",
        b"cprt": b"text\0\0\0\0None\0\0\0\0",
    }
    table, content = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, tag in tags.items():
        table += name + struct.pack(">2I", start + len(content), len(tag))
        content += tag + bytes(-len(tag) % 4)
    kinds = b"\x02\x10\0\0" + b"mntr" + b"GRAY" + b"XYZ " + struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp"
    head = struct.pack(">I", start + len(content)) + b"none" + kinds + bytes(28) + white
    return head.ljust(128, b"\0") + table + content


@pytest.mark.parametrize("where", ["before", "after"])
def test_an_image_with_a_long_compressed_text_is_read(uploader: Uploader, where: str) -> None:
    content = files.encoded(Image.new("RGB", (4, 4), (200, 40, 40)), "PNG")
    at = content.index(b"IDAT" if where == "before" else b"IEND") - 4
    text = chunk(b"zTXt", b"Workflow\0\0" + zlib.compress(b"x" * 3_000_000))
    assert pixels(shown(uploader, content[:at] + text + content[at:]))[0] == (200, 40, 40)


def test_a_broken_profile_is_ignored(uploader: Uploader) -> None:
    image = Image.new("RGB", (4, 4), (200, 40, 40))
    for broken in (b"no profile", exchanged_profile()[:200], profile("LAB")):
        assert pixels(shown(uploader, files.encoded(image, "PNG", icc_profile=broken)))[0] == (200, 40, 40)


@pytest.mark.parametrize("number", CORNERS)
def test_a_photograph_is_turned_upright(uploader: Uploader, number: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = number
    result = shown(uploader, files.jpeg((2400, 1600), exif=exif))
    assert result.size == ((2048, 1365) if number < 5 else (1365, 2048))
    places = {
        "upper left": (50, 50),
        "upper right": (result.width - 50, 50),
        "lower left": (50, result.height - 50),
        "lower right": (result.width - 50, result.height - 50),
    }
    reds = {name for name, place in places.items() if near(result.getpixel(place), (255, 0, 0))}
    assert reds == {CORNERS[number]}


def test_a_heic_is_turned_upright_once(uploader: Uploader) -> None:
    import pillow_heif  # noqa: PLC0415 - registers itself with Pillow only when it is told to

    exif = Image.Exif()
    exif[0x0112] = 6
    file = BytesIO()
    pillow_heif.from_pillow(files.drawing((400, 300))).save(file, quality=90, exif=exif.tobytes())
    result = shown(uploader, file.getvalue())
    assert result.size == (300, 400)
    assert near(result.getpixel((280, 20)), (255, 0, 0))


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0 no metadata",
        b"Exif\0\0",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x63\0\0\0\0\0\0\0",
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\x01\0\0\0abc\0\0\0\0\0",
    ],
    ids=["words", "nothing", "cut off", "an unknown orientation", "a text as orientation"],
)
def test_an_image_with_broken_metadata_is_read(uploader: Uploader, exif: bytes) -> None:
    for name in ("JPEG", "PNG", "WEBP"):
        result = shown(uploader, files.encoded(files.drawing((400, 300)), name, exif=exif))
        assert result.size == (400, 300)
        assert near(result.getpixel((20, 20)), (255, 0, 0))


@pytest.mark.parametrize("name", ["PNG", "WEBP", "GIF"])
def test_the_first_frame_of_an_animation_is_shown(uploader: Uploader, name: str) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "lime", "blue")]
    options: dict[str, Any] = {"lossless": True} if name == "WEBP" else {}
    content = files.encoded(frames[0], name, save_all=True, append_images=frames[1:], duration=100, **options)
    result = shown(uploader, content)
    assert getattr(result, "n_frames", 1) == 1
    assert result.convert("RGB").getpixel((10, 10)) == (255, 0, 0)
