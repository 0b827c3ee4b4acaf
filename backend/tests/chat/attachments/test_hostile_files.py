"""Files made to break what reads them: each is answered in time, and the server stays as it was."""

import pytest

from apps.chat.attachments import processing
from tests.chat.attachments import files, hostile_documents, hostile_images
from tests.chat.attachments.stores import FileStore
from tests.chat.attachments.uploader import Uploader

# A process that knows no database reads them.
pytestmark = pytest.mark.any_store

UNREADABLE = {**hostile_images.UNREADABLE, **hostile_documents.UNREADABLE}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_cannot_be_decoded_is_unreadable(uploader: Uploader, file_store: FileStore, name: str) -> None:
    assert uploader.refused_upload(UNREADABLE[name](), "x.png") == (422, "ATTACHMENT_UNREADABLE")
    assert file_store.names() == []


@pytest.mark.parametrize("name", hostile_documents.UNKNOWN)
def test_a_file_that_is_neither_image_nor_text_has_an_unknown_type(
    uploader: Uploader, file_store: FileStore, name: str
) -> None:
    assert uploader.refused_upload(hostile_documents.UNKNOWN[name](), "notes.txt") == (415, "ATTACHMENT_TYPE")
    assert file_store.names() == []


@pytest.mark.parametrize("name", hostile_images.CARRIERS)
def test_foreign_content_in_an_image_is_not_served(uploader: Uploader, name: str) -> None:
    made = uploader.attach(hostile_images.CARRIERS[name](), "x.html")
    for address in (made["url"], made["thumbnail_url"]):
        status, content, headers = uploader.fetch(address)
        assert status == 200
        assert headers["Content-Type"].partition("/")[0] == "image"
        assert not any(trace in content for trace in (b"script", b"<?php", b"PK\x03\x04"))


@pytest.mark.parametrize("name", hostile_documents.HARMLESS)
def test_documents_that_go_in_circles_are_answered(uploader: Uploader, file_store: FileStore, name: str) -> None:
    answer = uploader.upload(hostile_documents.HARMLESS[name](), "x.pdf")
    assert answer.status in {201, 422}
    assert len(file_store.names()) == (2 if answer.status == 201 else 0)
    assert uploader.attach(files.png())["kind"] == "image"


def test_a_child_that_takes_too_long_is_ended(
    uploader: Uploader, file_store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processing, "TIME_LIMIT", 0.01)
    assert uploader.refused_upload(files.png()) == (422, "ATTACHMENT_UNREADABLE")
    assert file_store.names() == []
