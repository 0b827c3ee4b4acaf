"""Uploading: what is taken, what is served, and what a repeat does."""

from io import BytesIO
from pathlib import Path
from uuid import uuid4

from PIL import Image

from tests.chat.attachments import files
from tests.chat.attachments.uploader import Uploader


def test_an_image_is_shown_and_served(uploader: Uploader, store_folder: Path) -> None:
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
    assert (made["tokens"], made["truncated"], made["text_url"]) == (85 + 4 * 170, False, None)
    status, content, headers = uploader.fetch(made["url"])
    assert (status, headers["Content-Type"], len(content)) == (200, "image/png", made["bytes"])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert Image.open(BytesIO(content)).size == (1280, 960)
    status, content, headers = uploader.fetch(made["thumbnail_url"])
    assert (status, headers["Content-Type"]) == (200, "image/webp")
    assert Image.open(BytesIO(content)).size == (320, 240)
    modes = {path.stat().st_mode & 0o777 for path in store_folder.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert {path.stat().st_mode & 0o777 for path in [store_folder, *store_folder.iterdir()]} == {0o700}


def test_a_pdf_is_read_page_by_page(uploader: Uploader) -> None:
    sent = files.pdf("First page", "", "Third page")
    made = uploader.attach(sent, "report.pdf")
    assert (made["kind"], made["mime"], made["pages"], made["bytes"]) == ("document", "application/pdf", 3, len(sent))
    assert made["thumbnail_url"] is None
    status, content, headers = uploader.fetch(made["text_url"])
    assert (status, content.decode()) == (200, "[page 1]\nFirst page\n\n[page 3]\nThird page")
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    status, content, headers = uploader.fetch(made["url"])
    assert (status, content) == (200, sent)
    assert headers["Content-Disposition"] == 'attachment; filename="report.pdf"'


def test_a_repeat_returns_the_first(uploader: Uploader) -> None:
    key = str(uuid4())
    first = uploader.upload(files.png(), id=key)
    again = uploader.upload(files.jpeg(), "other.jpg", id=key)
    assert (first.status, again.status) == (201, 200)
    assert again.body["id"] == key
    assert again.body["name"] == first.body["name"]
    assert uploader.ask("GET", "/attachments/")["total"] == 1
