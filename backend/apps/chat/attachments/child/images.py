"""Images: decoded and encoded again, upright, without metadata, and not larger than a model can use."""

from importlib import import_module
from io import BytesIO
from math import ceil, sqrt

from PIL import ExifTags, Image, PngImagePlugin

from apps.chat.attachments.child.colours import read_pixels, to_srgb
from apps.chat.attachments.child.processed_file import ProcessedFile, UnknownFileTypeError, UnreadableFileError

MAX_PIXELS = 50_000_000
MAX_SIDE_PIXELS = 2048
DECODED_SIDE_PIXELS = 1960
"""A JPEG may be decoded at half its size if its longer side then has at least this length.

That takes less than half of the time of decoding and reducing it. Photographs of 12 megapixels have up to 4,032 pixels.
"""

THUMBNAIL_SIDE_PIXELS = 320
PHOTO_QUALITY = 88
SHARP_FILTER = Image.Resampling.LANCZOS
FAST_FILTER = Image.Resampling.HAMMING
"""Takes less than half of the time, but makes small text softer: its edges have an eighth less contrast."""

SCREENSHOT_PIXELS = 6_000_000
"""A JPEG of at most this size may be a screenshot with small text. Twice as many are usual for photographs."""

THUMBNAIL_QUALITY = 80
PHOTO_BYTES_PER_PIXEL = 2
"""A lossless image that takes more is a photograph: screenshots and drawings take far less."""

ALWAYS_LOSSLESS_BYTES = 256 * 1024
"""An image of at most this size stays lossless, even if it is a photograph."""

LOSSLESS_BYTES = 3 * 1024 * 1024
"""The most bytes of a lossless image: some services refuse a request with 4 MB of base64."""

SCREENSHOT_QUALITY = 95
SHRINK_FACTOR = 0.95
"""A smaller image has slightly more bytes per pixel."""

_IMPORTED_LATE = (
    "GifImagePlugin", "ImageChops", "ImageColor", "ImagePalette", "JpegImagePlugin", "MpoImagePlugin", "PngImagePlugin",
    "TiffImagePlugin", "WebPImagePlugin",
)  # fmt: skip
"""Pillow imports these on demand; the confined child can no longer open them. TIFF is the format of metadata."""

_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_ROTATIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The operation that turns an image upright, for each orientation in the metadata."""


def find_format(data: bytes) -> str | None:
    """Return Pillow's name for the format of the first bytes; None if they do not begin an image."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return "HEIF"
    return None


def prepare_format(name: str) -> None:
    """Import the modules that decode a format and encode the result.

    Raises:
        UnknownFileTypeError: pillow-heif is not installed.
    """
    prepare_common_formats()
    if name == "HEIF":
        try:
            from pillow_heif import register_heif_opener  # noqa: PLC0415
        except ImportError:
            raise UnknownFileTypeError from None
        register_heif_opener(thumbnails=False)


def prepare_common_formats() -> None:
    """Import the modules that decode and encode all formats other than HEIF."""
    Image.preinit()
    for module in _IMPORTED_LATE:
        import_module(f"PIL.{module}")


def process_image(data: bytes, name: str) -> ProcessedFile:
    """Return the image to serve, and its thumbnail.

    Raises:
        UnreadableFileError: it cannot be decoded, or has more than `MAX_PIXELS`.
    """
    Image.MAX_IMAGE_PIXELS = None  # Checked below, for all formats alike.
    # Let one text chunk use the whole allowance. Oversized chunks are dropped; the image still loads.
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY
    with Image.open(BytesIO(data), formats=[name]) as opened:
        width, height = opened.size
        if width * height > MAX_PIXELS or not width or not height:
            raise UnreadableFileError
        is_lossless = name in {"PNG", "GIF"} or (name == "WEBP" and _is_lossless_webp(data))
        opened.draft(None, _find_decoded_size(width, height))  # A photograph is decoded at half its size or less.
        rotation = _find_rotation(opened)
        profile = opened.info.get("icc_profile")
        image = read_pixels(opened, data)
    # All else is done with the smaller image, which is a quarter of a usual photograph.
    is_sharp = is_lossless or width * height <= SCREENSHOT_PIXELS
    image.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS), SHARP_FILTER if is_sharp else FAST_FILTER)
    image = to_srgb(image, profile)
    if rotation is not None:
        image = image.transpose(rotation)
    image.info = {}
    image, mime, content = _encode(image, is_lossless=is_lossless)
    size = image.size
    image.thumbnail((THUMBNAIL_SIDE_PIXELS, THUMBNAIL_SIDE_PIXELS), SHARP_FILTER)
    thumbnail = _save(image, "WEBP", quality=THUMBNAIL_QUALITY)
    objects = {"image": content, "thumbnail": thumbnail}
    return ProcessedFile(kind="image", mime=mime, width=size[0], height=size[1], objects=objects)


def _find_decoded_size(width: int, height: int) -> tuple[int, int]:
    """Return the smallest size at which an image may be decoded."""
    share = min(1, DECODED_SIDE_PIXELS / max(width, height))
    return ceil(width * share), ceil(height * share)


def _find_rotation(image: Image.Image) -> Image.Transpose | None:
    """Return the operation that turns an image upright; None if it is upright, or if its metadata is broken."""
    try:
        return _ROTATIONS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # noqa: BLE001 - Pillow raises anything for broken metadata; the pixels may be intact
        return None


def _encode(image: Image.Image, *, is_lossless: bool) -> tuple[Image.Image, str, bytes]:
    """Return the image to serve, its type and its bytes."""
    if image.mode == "RGBA":
        return _encode_transparent(image)
    if is_lossless:
        lossless = _save_png(image)
        is_photograph = len(lossless) > max(ALWAYS_LOSSLESS_BYTES, PHOTO_BYTES_PER_PIXEL * image.width * image.height)
        if not is_photograph and len(lossless) <= LOSSLESS_BYTES:
            return image, "image/png", lossless
        if not is_photograph:
            # A screenshot with photographs in it: coloured text needs its colours at full size.
            sharp = _save(image, "JPEG", quality=SCREENSHOT_QUALITY, subsampling=0)
            if len(sharp) <= LOSSLESS_BYTES:
                return image, "image/jpeg", sharp
    # A progressive image would be a tenth smaller, for six times the work.
    return image, "image/jpeg", _save(image, "JPEG", quality=PHOTO_QUALITY)


def _encode_transparent(image: Image.Image) -> tuple[Image.Image, str, bytes]:
    """Return an image as PNG, reduced if it is too large: no other format with transparency is read everywhere."""
    while len(content := _save_png(image)) > LOSSLESS_BYTES:
        share = SHRINK_FACTOR * sqrt(LOSSLESS_BYTES / len(content))
        image = image.resize((max(1, int(image.width * share)), max(1, int(image.height * share))), SHARP_FILTER)
    return image, "image/png", content


def _save_png(image: Image.Image) -> bytes:
    return _save(image, "PNG", compress_level=6)


def _save(image: Image.Image, name: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def _is_lossless_webp(data: bytes) -> bool:
    """Return whether the first frame is encoded without losses; a colour profile may come before it."""
    at = 12
    while kind := data[at : at + 4]:
        if kind in {b"VP8L", b"VP8 "}:
            return kind == b"VP8L"
        if kind == b"ANMF":
            at += 24  # The chunks of the frame follow.
        else:
            length = int.from_bytes(data[at + 4 : at + 8], "little")
            at += 8 + length + length % 2
    return False
