"""The objects of attachments in the store: what each kind has, and reading, writing and deleting them."""

from collections.abc import AsyncGenerator, Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import IO
from uuid import UUID

import structlog
from asgiref.sync import sync_to_async
from django.core.files import File
from django.core.files.storage import Storage, storages

from apps.chat.models import AttachmentKind
from apps.core.outages import declare_outage, log_failure

logger = structlog.get_logger(__name__)

CHUNK = 256 * 1024


class Part(StrEnum):
    """An object of an attachment, as its URL names it."""

    IMAGE = "image"
    THUMBNAIL = "thumbnail"
    ORIGINAL = "original"
    TEXT = "text"


PARTS: Mapping[str, tuple[Part, ...]] = {
    AttachmentKind.IMAGE: (Part.IMAGE, Part.THUMBNAIL),
    AttachmentKind.DOCUMENT: (Part.ORIGINAL, Part.TEXT),
}


def attachment_store() -> Storage:
    """Return the store that `ATTACHMENT_STORAGE` names."""
    store = storages["attachments"]
    if type(store).__module__.startswith("storages."):
        _declare_outages_of_s3()
    return store


@cache
def _declare_outages_of_s3() -> None:
    # An extra, which only that store imports. Its refusals (`ClientError`) are faults of the settings: they are logged.
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415

    declare_outage(BotoCoreError)


def object_name(attachment_id: UUID, part: Part) -> str:
    """Return the name of an object: one of 256 folders, then the id and the part."""
    return f"{attachment_id.hex[-2:]}/{attachment_id.hex}.{part}"


def attachment_of(name: str) -> UUID | None:
    """Return the attachment whose object has this name, None for a name that `object_name` does not give."""
    hexadecimal, _, part = name.rpartition("/")[2].partition(".")
    try:
        attachment_id = UUID(hex=hexadecimal)
        return attachment_id if name == object_name(attachment_id, Part(part)) else None
    except ValueError:
        return None


def save_objects(attachment_id: UUID, contents: Mapping[Part, IO[bytes]]) -> None:
    """Write the objects of an attachment: all of them, or none."""
    try:
        for part, content in contents.items():
            attachment_store().save(object_name(attachment_id, part), File(content))
    except BaseException:
        delete_objects(attachment_id, contents)
        raise


def read_object(attachment_id: UUID, part: Part) -> bytes:
    """Return an object; raises FileNotFoundError."""
    with attachment_store().open(object_name(attachment_id, part)) as file:
        content: bytes = file.read()
        return content


def open_object(attachment_id: UUID, part: Part) -> IO[bytes]:
    """Open an object for `stream_object`; raises FileNotFoundError."""
    opened: IO[bytes] = attachment_store().open(object_name(attachment_id, part))
    return opened


async def stream_object(opened: IO[bytes]) -> AsyncGenerator[bytes]:
    """Yield the content of an open object in pieces, and close it."""
    try:
        while piece := await sync_to_async(opened.read, thread_sensitive=False)(CHUNK):
            yield piece
    finally:
        opened.close()


def delete_objects(attachment_id: UUID, parts: Iterable[Part]) -> None:
    """Delete objects of an attachment; those that the store keeps are left to the reconciliation."""
    for part in parts:
        try:
            attachment_store().delete(object_name(attachment_id, part))
        except Exception as error:  # noqa: BLE001 - whatever the store raises; the row is gone already
            log_failure(logger, "object_not_deleted", error, attachment_id=str(attachment_id))
