"""Images as they are served: size, format, orientation and metadata."""

from io import BytesIO

import pytest
from PIL import Image, ImageCms
from pytest_django import Settings

from tests.chat.attachments import files
from tests.chat.attachments.stores import ObservedStore
from tests.chat.attachments.uploader import Uploader

# Files are read by a process that has no database.
pytestmark = pytest.mark.store_independent


def test_an_image_is_shown_and_served(uploader: Uploader, store: ObservedStore) -> None:
    attachment = uploader.attach(files.png((1280, 960)), "map.png", description="A map")
    assert {name: attachment[name] for name in ("kind", "name", "mime", "width", "height", "pages", "description")} == {
        "kind": "image",
        "name": "map.png",
        "mime": "image/png",
        "width": 1280,
        "height": 960,
        "pages": None,
        "description": "A map",
    }
    assert attachment["tokens"] == 85 + 4 * 170
    assert attachment["truncated"] is False
    assert attachment["text_url"] is None
    status, content, headers = uploader.fetch(attachment["url"])
    assert status == 200
    assert headers["Content-Type"] == "image/png"
    assert len(content) == attachment["bytes"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert Image.open(BytesIO(content)).size == (1280, 960)
    status, content, headers = uploader.fetch(attachment["thumbnail_url"])
    assert status == 200
    assert headers["Content-Type"] == "image/webp"
    assert Image.open(BytesIO(content)).size == (320, 240)
    assert len(store.names()) == 2


def test_a_photograph_is_upright_and_has_no_metadata(uploader: Uploader) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "A maker"
    exif.get_ifd(0x8825)[1] = "N"
    attachment = uploader.attach(files.jpeg((400, 300), exif=exif), "photo.jpg")
    assert attachment["mime"] == "image/jpeg"
    assert attachment["width"] == 300
    assert attachment["height"] == 400
    content = uploader.fetch(attachment["url"])[1]
    image = Image.open(BytesIO(content))
    assert dict(image.getexif()) == {}
    assert b"A maker" not in content
    red = image.getpixel((290, 10))
    assert isinstance(red, tuple)
    assert red[0] > 200, "the red corner is on the upper right"
    assert red[1] < 80, "the red corner is on the upper right"


def test_a_large_screenshot_stays_lossless(uploader: Uploader) -> None:
    small = files.drawing((800, 600))
    attachment = uploader.attach(files.encoded(small, "PNG"), "screen.png")
    shown = Image.open(BytesIO(uploader.fetch(attachment["url"])[1]))
    assert shown.tobytes() == small.tobytes()
    large = uploader.attach(files.png((4000, 1000)), "wide.png")
    assert large["mime"] == "image/png"
    assert large["width"] == 2048
    assert large["height"] == 512


def test_a_screenshot_of_more_than_three_megabytes_becomes_a_sharp_jpeg(uploader: Uploader, settings: Settings) -> None:
    settings.ATTACHMENT_READ_SECONDS = 60.0  # A busy machine may take that long.
    screen = files.grainy((1500, 1500), 5)
    attachment = uploader.attach(files.encoded(screen, "PNG", compress_level=1), "screen.png")
    assert (attachment["mime"], attachment["width"], attachment["height"]) == ("image/jpeg", 1500, 1500)
    assert attachment["bytes"] < files.MAX_LOSSLESS
    served = Image.open(BytesIO(uploader.fetch(attachment["url"])[1]))
    as_photograph = Image.open(BytesIO(files.encoded(screen, "JPEG", quality=88)))
    assert files.difference(served, screen) < files.difference(as_photograph, screen)


def test_a_transparent_image_of_more_than_three_megabytes_is_reduced(uploader: Uploader, settings: Settings) -> None:
    """It stays a PNG: no other format has transparency and is read by every service."""
    settings.ATTACHMENT_READ_SECONDS = 60.0  # A busy machine may take that long.
    cut_out = files.grainy((1400, 1000), 60)
    cut_out.putalpha(Image.linear_gradient("L").resize(cut_out.size))
    attachment = uploader.attach(files.encoded(cut_out, "PNG", compress_level=1), "cut-out.png")
    assert attachment["mime"] == "image/png"
    assert attachment["bytes"] < files.MAX_LOSSLESS
    assert attachment["width"] == pytest.approx(1.4 * attachment["height"], abs=2)
    assert Image.open(BytesIO(uploader.fetch(attachment["url"])[1])).mode == "RGBA"


def test_a_screenshot_in_a_jpeg_is_reduced_as_sharply_as_a_lossless_one(uploader: Uploader) -> None:
    content = files.encoded(files.small_text((1440, 3088)), "JPEG", quality=95)
    served = Image.open(BytesIO(uploader.fetch(uploader.attach(content)["url"])[1]))
    original = Image.open(BytesIO(content))
    sharp, soft = (
        original.resize(served.size, resampling) for resampling in (Image.Resampling.LANCZOS, Image.Resampling.HAMMING)
    )
    assert files.difference(served, sharp) < files.difference(sharp, soft) / 2


def test_a_photograph_of_twelve_megapixels_is_decoded_at_half_its_size(uploader: Uploader) -> None:
    """That takes less than half of the time, and is sharper than the reduction to 2,048 pixels."""
    usual = uploader.attach(files.jpeg((4000, 3000)), "photo.jpg")
    assert (usual["width"], usual["height"]) == (2000, 1500)
    smaller = uploader.attach(files.jpeg((3840, 2160)), "photo.jpg")
    assert (smaller["width"], smaller["height"]) == (2048, 1152), "half of it would be too small"


def test_a_lossless_webp_stays_lossless_with_a_colour_profile_or_frames(uploader: Uploader) -> None:
    frames = [files.drawing((60, 40)), files.drawing((60, 40)).rotate(180)]
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for content in (
        files.encoded(frames[0], "WEBP", lossless=True, icc_profile=profile),
        files.encoded(frames[0], "WEBP", lossless=True, save_all=True, append_images=frames[1:]),
    ):
        attachment = uploader.attach(content, "screen.webp")
        assert attachment["mime"] == "image/png"
        shown = Image.open(BytesIO(uploader.fetch(attachment["url"])[1]))
        assert shown.tobytes() == frames[0].tobytes()
    lossy = files.encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], icc_profile=profile)
    assert uploader.attach(lossy, "photo.webp")["mime"] == "image/jpeg"


def test_every_image_format_is_accepted(uploader: Uploader) -> None:
    frames = [files.drawing((60, 40)), files.drawing((60, 40)).rotate(180)]
    sent = {
        "GIF": files.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]),
        "WEBP": files.encoded(files.drawing(), "WEBP"),
        "HEIF": files.heic(),
        "16 bits": files.encoded(Image.new("I;16", (50, 50), 40_000), "PNG"),
        "CMYK": files.encoded(files.drawing(mode="RGB").convert("CMYK"), "JPEG"),
        "palette": files.encoded(files.drawing().convert("P"), "PNG"),
        "transparent": files.encoded(Image.new("RGBA", (50, 50), (255, 0, 0, 100)), "PNG"),
        "one pixel": files.png((1, 1)),
    }
    mimes = {name: uploader.attach(content, "x.txt")["mime"] for name, content in sent.items()}
    assert mimes == {name: "image/jpeg" if name in {"WEBP", "HEIF", "CMYK"} else "image/png" for name in sent}


def test_an_image_is_saved_under_a_name_of_its_type(uploader: Uploader) -> None:
    for name, content, saved in (
        ("IMG_1.HEIC", files.heic(), "IMG_1.jpg"),
        ("photo.JPEG", files.jpeg(), "photo.JPEG"),
        ("moving.gif", files.encoded(files.drawing(), "GIF"), "moving.png"),
        (".hidden", files.png(), ".hidden.png"),
    ):
        attachment = uploader.attach(content, name)
        assert attachment["name"] == name
        assert uploader.fetch(attachment["url"])[2]["Content-Disposition"] == f'inline; filename="{saved}"'
