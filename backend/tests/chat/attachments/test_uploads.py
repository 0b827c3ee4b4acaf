"""Uploading: accepted files, the files that are served, and repeated uploads."""

from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image, ImageCms
from pytest_django import Settings

from apps.chat.providers import tokens
from tests.chat.attachments import files
from tests.chat.attachments.stores import FileStore, ObservedStore
from tests.chat.attachments.uploader import Uploader

reads_files = pytest.mark.store_independent
"""For tests of what a file becomes: a process that knows no database reads it."""


@reads_files
def test_an_image_is_shown_and_served(uploader: Uploader, store: ObservedStore) -> None:
    made = uploader.attach(files.png((1280, 960)), "map.png", description="A map")
    assert {name: made[name] for name in ("kind", "name", "mime", "width", "height", "pages", "description")} == {
        "kind": "image",
        "name": "map.png",
        "mime": "image/png",
        "width": 1280,
        "height": 960,
        "pages": None,
        "description": "A map",
    }
    assert made["tokens"] == 85 + 4 * 170
    assert made["truncated"] is False
    assert made["text_url"] is None
    status, content, headers = uploader.fetch(made["url"])
    assert status == 200
    assert headers["Content-Type"] == "image/png"
    assert len(content) == made["bytes"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert Image.open(BytesIO(content)).size == (1280, 960)
    status, content, headers = uploader.fetch(made["thumbnail_url"])
    assert status == 200
    assert headers["Content-Type"] == "image/webp"
    assert Image.open(BytesIO(content)).size == (320, 240)
    assert len(store.names()) == 2


@reads_files
def test_head_is_answered_as_get_without_the_content(uploader: Uploader, store: ObservedStore) -> None:
    image, document = uploader.attach(files.png()), uploader.attach(files.pdf("One"), "report.pdf")
    for url in (image["url"], image["thumbnail_url"], document["url"], document["text_url"]):
        status, content, headers = uploader.fetch(url)
        assert headers["Content-Length"] == str(len(content))
        head = uploader.client.head(url)
        assert status == 200
        assert head.status_code == 200
        assert head.content == b""
        assert headers["Accept-Ranges"] == "none"
        varying = {"X-Request-ID", "Cache-Control"}  # the seconds left
        assert {key: value for key, value in head.headers.items() if key not in varying} == {
            key: value for key, value in headers.items() if key not in varying
        }
    assert uploader.client.head(image["url"][:-1]).status_code == 404
    assert uploader.client.delete(image["url"]).status_code == 405


@reads_files
def test_files_are_readable_by_the_server_alone(uploader: Uploader, file_store: FileStore) -> None:
    uploader.attach(files.png())
    paths = [file_store.folder, *file_store.folder.rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in paths if path.is_dir()} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in paths if path.is_file()} == {0o600}


@reads_files
def test_a_pdf_is_read_page_by_page(uploader: Uploader, store: ObservedStore) -> None:
    sent = files.pdf("First page", "", "Third page")
    made = uploader.attach(sent, "report.pdf")
    assert made["kind"] == "document"
    assert made["mime"] == "application/pdf"
    assert made["pages"] == 3
    assert made["bytes"] == len(sent)
    assert made["thumbnail_url"] is None
    status, content, headers = uploader.fetch(made["text_url"])
    assert status == 200
    assert content.decode() == "[page 1]\nFirst page\n\n[page 3]\nThird page"
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    status, content, headers = uploader.fetch(made["url"])
    assert status == 200
    assert content == sent
    assert headers["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert len(store.names()) == 2


@reads_files
def test_a_photograph_is_upright_and_has_no_metadata(uploader: Uploader) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "A maker"
    exif.get_ifd(0x8825)[1] = "N"
    made = uploader.attach(files.jpeg((400, 300), exif=exif), "photo.jpg")
    assert made["mime"] == "image/jpeg"
    assert made["width"] == 300
    assert made["height"] == 400
    content = uploader.fetch(made["url"])[1]
    image = Image.open(BytesIO(content))
    assert dict(image.getexif()) == {}
    assert b"A maker" not in content
    red = image.getpixel((290, 10))
    assert isinstance(red, tuple)
    assert red[0] > 200, "the red corner is on the upper right"
    assert red[1] < 80, "the red corner is on the upper right"


@reads_files
def test_a_large_screenshot_stays_lossless(uploader: Uploader) -> None:
    small = files.picture((800, 600))
    made = uploader.attach(files.encoded(small, "PNG"), "screen.png")
    shown = Image.open(BytesIO(uploader.fetch(made["url"])[1]))
    assert shown.tobytes() == small.tobytes()
    large = uploader.attach(files.png((4000, 1000)), "wide.png")
    assert large["mime"] == "image/png"
    assert large["width"] == 2048
    assert large["height"] == 512


@reads_files
def test_a_lossless_image_has_at_most_three_megabytes(uploader: Uploader, settings: Settings) -> None:
    settings.ATTACHMENT_READ_SECONDS = 60.0  # A busy machine may take that long.
    screen = files.grainy((1500, 1500), 5)
    made = uploader.attach(files.encoded(screen, "PNG", compress_level=1), "screen.png")
    assert (made["mime"], made["width"], made["height"]) == ("image/jpeg", 1500, 1500)
    assert made["bytes"] < files.MAX_LOSSLESS
    served = Image.open(BytesIO(uploader.fetch(made["url"])[1]))
    as_photograph = Image.open(BytesIO(files.encoded(screen, "JPEG", quality=88)))
    assert files.difference(served, screen) < files.difference(as_photograph, screen)
    # No other format has transparency and is read by every service.
    cut_out = files.grainy((1400, 1000), 60)
    cut_out.putalpha(Image.linear_gradient("L").resize(cut_out.size))
    made = uploader.attach(files.encoded(cut_out, "PNG", compress_level=1), "cut-out.png")
    assert made["mime"] == "image/png"
    assert made["bytes"] < files.MAX_LOSSLESS
    assert made["width"] == pytest.approx(1.4 * made["height"], abs=2)
    assert Image.open(BytesIO(uploader.fetch(made["url"])[1])).mode == "RGBA"


@reads_files
def test_a_screenshot_in_a_jpeg_is_reduced_as_sharply_as_a_lossless_one(uploader: Uploader) -> None:
    content = files.encoded(files.small_text((1440, 3088)), "JPEG", quality=95)
    served = Image.open(BytesIO(uploader.fetch(uploader.attach(content)["url"])[1]))
    original = Image.open(BytesIO(content))
    sharp, soft = (
        original.resize(served.size, resampling) for resampling in (Image.Resampling.LANCZOS, Image.Resampling.HAMMING)
    )
    assert files.difference(served, sharp) < files.difference(sharp, soft) / 2


@reads_files
def test_a_lossless_webp_stays_lossless_with_a_colour_profile_or_frames(uploader: Uploader) -> None:
    frames = [files.picture((60, 40)), files.picture((60, 40)).rotate(180)]
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for content in (
        files.encoded(frames[0], "WEBP", lossless=True, icc_profile=profile),
        files.encoded(frames[0], "WEBP", lossless=True, save_all=True, append_images=frames[1:]),
    ):
        made = uploader.attach(content, "screen.webp")
        assert made["mime"] == "image/png"
        shown = Image.open(BytesIO(uploader.fetch(made["url"])[1]))
        assert shown.tobytes() == frames[0].tobytes()
    lossy = files.encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], icc_profile=profile)
    assert uploader.attach(lossy, "photo.webp")["mime"] == "image/jpeg"


@reads_files
def test_every_image_format_is_accepted(uploader: Uploader) -> None:
    frames = [files.picture((60, 40)), files.picture((60, 40)).rotate(180)]
    sent = {
        "GIF": files.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]),
        "WEBP": files.encoded(files.picture(), "WEBP"),
        "HEIF": files.heic(),
        "16 bits": files.encoded(Image.new("I;16", (50, 50), 40_000), "PNG"),
        "CMYK": files.encoded(files.picture(mode="RGB").convert("CMYK"), "JPEG"),
        "palette": files.encoded(files.picture().convert("P"), "PNG"),
        "transparent": files.encoded(Image.new("RGBA", (50, 50), (255, 0, 0, 100)), "PNG"),
        "one pixel": files.png((1, 1)),
    }
    mimes = {name: uploader.attach(content, "x.txt")["mime"] for name, content in sent.items()}
    assert mimes == {name: "image/jpeg" if name in {"WEBP", "HEIF", "CMYK"} else "image/png" for name in sent}


@reads_files
def test_texts_of_any_encoding_are_read(uploader: Uploader, settings: Settings) -> None:
    chinese = "這是一份以傳統編碼儲存的文件，內容足夠長，可以辨認出它的編碼。" * 20
    simplified = "这是一份用国家标准编码保存的文件，内容足够长，可以识别。" * 20
    japanese = "これは日本語のテキストファイルです。カタカナもあります。" * 20
    cases = {
        "plain": (b"print('hello')\n", "print('hello')\n"),
        "BOM": (b"\xef\xbb\xbfname,age\n", "name,age\n"),
        "UTF-16": ("Straße 😀".encode("utf-16"), "Straße 😀"),
        "UTF-16 without a mark": ("Name,\tStraße 😀\r\n".encode("utf-16-le"), "Name,\tStraße 😀\r\n"),
        "big-endian UTF-16 without a mark": ("Name,Straße 號\n".encode("utf-16-be"), "Name,Straße 號\n"),
        "UTF-16 in Chinese without a mark": (f"{chinese}\n".encode("utf-16-le"), f"{chinese}\n"),
        "big-endian UTF-16 in Cyrillic": ("Список покупок\n".encode("utf-16-be") * 9, "Список покупок\n" * 9),
        "Big5": (chinese.encode("big5"), chinese),
        "GB 18030": (simplified.encode("gb18030"), simplified),
        "Shift JIS": (japanese.encode("shift_jis"), japanese),
        "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", None),
        "HTML": (b"<!doctype html><script>alert(1)</script>", None),
    }
    for name, (sent, text) in cases.items():
        made = uploader.attach(sent, f"{name}.html")
        assert made["kind"] == "document", name
        assert made["mime"] == "text/plain", name
        _status, content, headers = uploader.fetch(made["text_url"])
        assert content.decode() == (sent.decode() if text is None else text), name
        for url in (made["url"], made["text_url"]):
            headers = uploader.fetch(url)[2]
            assert headers["Content-Disposition"].startswith("attachment"), name
            assert headers["Content-Type"].startswith("text/plain"), name


@reads_files
def test_a_long_text_in_another_encoding_is_read(uploader: Uploader) -> None:
    # One byte more, so that an even number of bytes ends within a character.
    text = "a" + "這是一份以傳統編碼儲存的文件，內容足夠長，可以辨認出它的編碼。" * 3000
    made = uploader.attach(text.encode("big5"), "long.txt")
    assert uploader.fetch(made["text_url"])[1].decode() == text
    late = "a plain line\n" * 10_000 + "Größe und Länge\n" * 20
    made = uploader.attach(late.encode("latin-1"), "late.csv")
    assert uploader.fetch(made["text_url"])[1].decode() == late


@reads_files
def test_a_truncated_log_with_bell_characters_is_text(uploader: Uploader) -> None:
    line = "紀錄檔的一行\n"
    sent = (line * 100).encode()
    for content, text in {
        sent[:-2]: line * 99 + "紀錄檔的一\ufffd",
        sent + b"\xff\n" + sent: line * 100 + "\ufffd\n" + line * 100,
        b"\xef\xbb\xbf" + sent + b"\xff": line * 100 + "\ufffd",
        b"\x1b]0;user@host\x07$ ls\r\n": "\x1b]0;user@host\x07$ ls\r\n",
        b"a page\x0b\r\n\x1a": "a page\x0b\r\n\x1a",
    }.items():
        made = uploader.attach(content, "server.log")
        assert uploader.fetch(made["text_url"])[1].decode() == text


@reads_files
def test_a_pdf_is_read_though_other_bytes_come_before_it(uploader: Uploader) -> None:
    pdf = files.pdf("One", "Two")
    for before in (b"\xef\xbb\xbf", b"\r\n", b"Content-Type: application/pdf\r\n\r\n", bytes(128), b"x" * 1000):
        made = uploader.attach(before + pdf, "report.pdf")
        assert made["mime"] == "application/pdf"
        assert made["pages"] == 2
        assert uploader.fetch(made["text_url"])[1].decode() == "[page 1]\nOne\n\n[page 2]\nTwo"
        assert uploader.fetch(made["url"])[1] == before + pdf


@reads_files
def test_a_text_that_quotes_a_pdf_stays_text(uploader: Uploader) -> None:
    sent = b"A PDF begins with `%PDF-1.7`.\n"
    made = uploader.attach(sent, "notes.md")
    assert made["mime"] == "text/plain"
    assert uploader.fetch(made["text_url"])[1] == sent


@reads_files
def test_words_divided_in_a_pdf_are_joined(uploader: Uploader) -> None:
    made = uploader.attach(files.pdf("A hyphen-) Tj 0 -14 Td (ated word) Tj 0 -14 Td (The next line"), "report.pdf")
    assert uploader.fetch(made["text_url"])[1].decode() == "[page 1]\nA hyphenated word\nThe next line"


@reads_files
def test_the_first_document_is_counted_exactly(uploader: Uploader) -> None:
    text = "這份文件是伺服器啟動之後的第一份文件。"
    later = uploader.attach(text.encode(), "later.txt")["tokens"]
    tokens.get_encodings.cache_clear()  # As after a start.
    assert uploader.attach(text.encode(), "first.txt")["tokens"] == later < tokens.estimate_tokens(text)


@reads_files
def test_a_long_text_is_cut(uploader: Uploader) -> None:
    made = uploader.attach(("字" * 200_001).encode(), "long.txt")
    assert made["truncated"] is True
    assert uploader.fetch(made["text_url"])[1].decode() == "字" * 200_000
    assert uploader.attach(("字" * 200_000).encode(), "long.txt")["truncated"] is False
    pages = uploader.attach(files.pdf(*[f"Page {number}" for number in range(205)]), "many.pdf")
    assert pages["pages"] == 205
    assert pages["truncated"] is True
    assert uploader.fetch(pages["text_url"])[1].decode().endswith("[page 200]\nPage 199")


@reads_files
def test_an_image_is_saved_under_a_name_of_its_type(uploader: Uploader) -> None:
    for name, content, saved in (
        ("IMG_1.HEIC", files.heic(), "IMG_1.jpg"),
        ("photo.JPEG", files.jpeg(), "photo.JPEG"),
        ("moving.gif", files.encoded(files.picture(), "GIF"), "moving.png"),
        (".hidden", files.png(), ".hidden.png"),
    ):
        made = uploader.attach(content, name)
        assert made["name"] == name
        assert uploader.fetch(made["url"])[2]["Content-Disposition"] == f'inline; filename="{saved}"'


def test_a_repeat_returns_the_first(uploader: Uploader, other_uploader: Uploader) -> None:
    key = str(uuid4())
    first = uploader.upload(files.png(), id=key)
    again = uploader.upload(files.jpeg(), "other.jpg", id=key)
    assert first.status == 201
    assert again.status == 200
    assert again.body["id"] == key
    assert again.body["name"] == first.body["name"]
    assert uploader.ask("GET", "/attachments/")["total"] == 1
    assert other_uploader.upload(files.png(), id=key).status == 201, "an id is unique for one owner"


def test_folders_and_misleading_characters_are_removed_from_names(uploader: Uploader) -> None:
    for sent, shown in {
        "../../etc/passwd.txt": "passwd.txt",
        "C:\\Users\\me\\notes.txt": "notes.txt",
        "invoice\u202egpj.exe": "invoicegpj.exe",
        "報告 😀.txt": "報告 😀.txt",
        "a" * 300 + ".txt": "a" * 251 + ".txt",
    }.items():
        assert uploader.attach(b"text", sent)["name"] == shown


def test_a_name_keeps_all_other_characters(uploader: Uploader) -> None:
    for header, shown in {
        'filename="Screenshot 3.04\u202fPM.png"': "Screenshot 3.04\u202fPM.png",
        'filename="報告\u3000最終.pdf"': "報告\u3000最終.pdf",
        'filename="👩\u200d👧.txt"': "👩\u200d👧.txt",
        'filename="R&amp;D.txt"': "R&amp;D.txt",
        'filename="the %22last%22 one.txt"': 'the "last" one.txt',
        "filename*=UTF-8''%E5%A0%B1%2F..%2Fnotes.txt": "notes.txt",
        'filename=".."': "file",
        'filename="\u202e"': "file",
        'filename="folder/"': "file",
    }.items():
        assert uploader.attach_named(header)["name"] == shown


def test_forms_that_cannot_be_used_are_refused(uploader: Uploader) -> None:
    assert uploader.refused_upload(files.png(), id="no uuid") == (422, "VALIDATION_ERROR")
    assert uploader.refused_upload(files.png(), description="x" * 1001) == (422, "VALIDATION_ERROR")
    assert uploader.refused_upload(files.png(), description="\0") == (422, "VALIDATION_ERROR")
    headers = {"Authorization": f"Bearer {uploader.access}"}
    for data in ({}, {"file": "a text"}):
        response = uploader.client.post("/api/attachments/", data, headers=headers)
        assert response.status_code == 422
        assert response.json()["code"] == "VALIDATION_ERROR"
    broken = uploader.client.post(
        "/api/attachments/", b"--x\r\nnothing", content_type="multipart/form-data", headers=headers
    )
    assert broken.status_code == 422
    assert broken.json()["code"] == "VALIDATION_ERROR"


def test_a_refused_upload_leaves_nothing_behind(uploader: Uploader, store: ObservedStore, settings: Settings) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1000
    large = uploader.upload(b"x" * 1001, "large.txt")
    assert large.status == 413
    assert large.body["code"] == "ATTACHMENT_TOO_LARGE"
    assert large.body["limit"] == 1000
    assert uploader.attach(b"x" * 1000, "fits.txt")["bytes"] == 1000
    before = store.names()
    assert uploader.refused_upload(b"") == (422, "ATTACHMENT_UNREADABLE")
    assert uploader.refused_upload(bytes(range(256)), "binary.txt") == (415, "ATTACHMENT_TYPE")
    assert uploader.refused_upload(files.png()[:200]) == (422, "ATTACHMENT_UNREADABLE")
    settings.STORAGE_PER_USER = 2500
    assert uploader.refused_upload(b"y" * 999, "full.txt") == (507, "STORAGE_FULL")
    assert store.names() == before
    listed = uploader.ask("GET", "/attachments/")
    assert listed["total"] == 1
    assert listed["used"] == 2000
    assert listed["limit"] == 2500
    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []


def test_a_refusal_names_the_accepted_types(uploader: Uploader) -> None:
    """An AVIF file is an image as well."""
    error = uploader.upload(b"\0\0\0\x20ftypavif" + bytes(100)).body["error"]
    assert all(name in error for name in ("JPEG", "PNG", "WebP", "GIF", "PDF", "text"))
