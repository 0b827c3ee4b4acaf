"""The colours of images: a transparent colour, 16 bits per channel, and colour profiles."""

from io import BytesIO

from PIL import Image, ImageChops, ImageCms

_PNG = b"\x89PNG"
_PNG_DEPTH_AT = 24
"""The place of the bits of a sample in the head of a PNG."""

_SRGB = ImageCms.createProfile("sRGB")
_MODES_OF_PROFILES = {"GRAY": "L", "RGB ": "RGB", "CMYK": "CMYK"}
_GREYS = {"L", "LA"}


def read_pixels(image: Image.Image, data: bytes) -> Image.Image:
    """Return a decoded image with 8 bits per channel, as L, LA, RGB, RGBA or CMYK; it may be the given one."""
    image.load()
    if "transparency" in image.info and data.startswith(_PNG):
        image = _apply_key(image, depth=data[_PNG_DEPTH_AT])
    if image.mode.startswith("I"):
        image = _to_eight_bits(image)
    if image.mode == "1" and "transparency" not in image.info:
        return image.convert("L")
    if image.mode in {"L", "LA", "RGB", "RGBA", "CMYK"} and "transparency" not in image.info:
        return image
    has_alpha = image.mode in {"PA", "La", "RGBa"} or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert the result of `read_pixels` to RGB or RGBA in sRGB; to RGB if all pixels are opaque."""
    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    if alpha is not None and alpha.getextrema() == (255, 255):
        alpha = None
    colours = (_apply_profile(image, profile) if profile else None) or image.convert("RGB")
    if alpha is not None:
        colours.putalpha(alpha)
    return colours


def _apply_key(image: Image.Image, *, depth: int) -> Image.Image:
    """Return a PNG whose transparent colour has the same depth as its pixels.

    Pillow compares the samples of the file with pixels that it has already scaled to 8 bits.
    """
    key = image.info["transparency"]
    if image.mode == "I;16":
        return _to_grey_with_alpha(image, key)
    if image.mode == "L" and depth < 8:  # noqa: PLR2004 - bits per sample
        image.info["transparency"] = key * 255 // (2**depth - 1)
    elif image.mode == "RGB" and depth > 8:  # noqa: PLR2004
        # Pixels that differ only in the lower 8 bits already have the same colour.
        image.info["transparency"] = tuple(sample >> 8 for sample in key)
    return image


def _to_grey_with_alpha(image: Image.Image, key: int) -> Image.Image:
    content = image.tobytes()  # The lower byte of each pixel first.
    lower, upper = (Image.frombytes("L", image.size, content[start::2]) for start in (0, 1))
    differs = ImageChops.lighter(_differs(lower, key & 0xFF), _differs(upper, key >> 8))
    return Image.merge("LA", (_to_eight_bits(image), differs))


def _differs(image: Image.Image, value: int) -> Image.Image:
    return image.point([0 if level == value else 255 for level in range(256)])


def _to_eight_bits(image: Image.Image) -> Image.Image:
    """Return a grey image of 16 bits with 8: Pillow's own conversion would cut instead of scale."""
    return image.convert("F").point(lambda value: value / 256).convert("L")


def _apply_profile(image: Image.Image, profile: bytes) -> Image.Image | None:
    """Return the colours of an image in sRGB, None if its profile is broken or for other colours."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        mode = _MODES_OF_PROFILES.get(source.profile.xcolor_space)
        if mode is None or (mode == "CMYK") != (image.mode == "CMYK") or (mode == "L" and image.mode not in _GREYS):
            return None
        return ImageCms.profileToProfile(image.convert(mode), source, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
