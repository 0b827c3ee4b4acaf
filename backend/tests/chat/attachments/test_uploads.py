"""Uploading: names, forms, repeats and refusals; who may read the stored files."""

from uuid import uuid4

import pytest
from pytest_django import Settings

from tests.chat.attachments import files
from tests.chat.attachments.stores import FileStore, ObservedStore
from tests.chat.attachments.uploader import Uploader

reads_files = pytest.mark.store_independent
"""For tests of reading files: a process that has no database reads them."""


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
def test_only_the_server_can_read_files(uploader: Uploader, file_store: FileStore) -> None:
    uploader.attach(files.png())
    paths = [file_store.folder, *file_store.folder.rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in paths if path.is_dir()} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in paths if path.is_file()} == {0o600}


def test_a_repeated_upload_returns_the_first_attachment(uploader: Uploader, other_uploader: Uploader) -> None:
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
