"""Files made to break what reads them: each is answered in time, and the server stays as it was."""

import re
import time
from urllib.parse import quote

import pytest
from pytest_django import Settings

from tests.chat.attachments import files, hostile_documents, hostile_formats, hostile_images
from tests.chat.attachments.stores import FileStore
from tests.chat.attachments.uploader import Uploader

# Files are read by a process that has no database.
pytestmark = pytest.mark.store_independent

UNREADABLE = {**hostile_images.UNREADABLE, **hostile_documents.UNREADABLE, **hostile_formats.UNREADABLE}
UNKNOWN = {**hostile_documents.UNKNOWN, **hostile_formats.UNKNOWN}
IN_TIME = {**hostile_documents.IN_TIME, **hostile_formats.IN_TIME}
MAX_SECONDS = 60.0
"""Seconds: twenty to read a file, and the rest for a machine that is busy."""


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_decoded_is_unreadable(uploader: Uploader, file_store: FileStore, name: str) -> None:
    assert uploader.refused_upload(UNREADABLE[name](), "x.png") == (422, "ATTACHMENT_UNREADABLE")
    assert file_store.names() == []


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_file_that_is_neither_image_nor_text_has_an_unknown_type(
    uploader: Uploader, file_store: FileStore, name: str
) -> None:
    assert uploader.refused_upload(UNKNOWN[name](), "notes.txt") == (415, "ATTACHMENT_TYPE")
    assert file_store.names() == []


@pytest.mark.parametrize("name", hostile_images.CARRIERS)
def test_foreign_content_in_an_image_is_not_served(uploader: Uploader, name: str) -> None:
    attachment = uploader.attach(hostile_images.CARRIERS[name](), "x.html")
    for url in (attachment["url"], attachment["thumbnail_url"]):
        status, content, headers = uploader.fetch(url)
        assert status == 200
        assert headers["Content-Type"].partition("/")[0] == "image"
        assert not any(trace in content for trace in (b"script", b"<?php", b"PK\x03\x04"))


@pytest.mark.parametrize("name", IN_TIME)
def test_a_file_that_could_take_long_is_answered_in_time(uploader: Uploader, file_store: FileStore, name: str) -> None:
    content = IN_TIME[name]()
    begun = time.monotonic()
    response = uploader.upload(content, "x.pdf")
    assert time.monotonic() - begun < MAX_SECONDS
    assert response.status in {201, 422}
    assert len(file_store.names()) == (2 if response.status == 201 else 0)
    assert uploader.attach(files.png())["kind"] == "image"


@pytest.mark.parametrize("name", hostile_formats.DOCUMENTS)
def test_no_browser_runs_a_document(uploader: Uploader, name: str) -> None:
    content = hostile_formats.DOCUMENTS[name]()
    attachment = uploader.attach(content, "x.html")
    for url in (attachment["url"], attachment["text_url"]):
        status, served, headers = uploader.fetch(url)
        assert status == 200
        assert headers["Content-Type"] in {"application/pdf", "text/plain", "text/plain; charset=utf-8"}
        assert headers["Content-Disposition"].startswith("attachment")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"]
        assert url == attachment["text_url"] or served == content


def test_a_name_does_not_choose_a_path(uploader: Uploader, file_store: FileStore) -> None:
    for sent, kept in hostile_formats.NAMES.items():
        attachment = uploader.attach_named("filename*=UTF-8''" + quote(sent, safe=""))
        assert attachment["name"] == kept
        headers = uploader.fetch(attachment["url"])[2]
        assert "X-Evil" not in headers
    assert all(re.fullmatch(r"[0-9a-f]{2}/[0-9a-f]{32}\.(original|text)", name) for name in file_store.names())
    assert len(file_store.names()) == 2 * len(hostile_formats.NAMES)


def test_a_child_that_takes_too_long_is_ended(uploader: Uploader, file_store: FileStore, settings: Settings) -> None:
    settings.ATTACHMENT_READ_SECONDS = 0.01
    assert uploader.refused_upload(files.png()) == (422, "ATTACHMENT_UNREADABLE")
    assert file_store.names() == []
