"""The objects of attachments in the store: what each kind has, and reading, writing and deleting them."""

import posixpath
from collections.abc import AsyncGenerator, Iterable, Mapping
from enum import StrEnum
from functools import cache
from itertools import batched
from typing import IO, Any
from uuid import UUID

import structlog
from django.core.files import File
from django.core.files.storage import Storage, storages

from apps.chat.models import AttachmentKind
from apps.core.outages import declare_outage, is_outage, log_failure
from apps.core.store_threads import run_in_store_thread

logger = structlog.get_logger(__name__)

CHUNK = 256 * 1024
DELETED_AT_ONCE = 1000
"""Objects that S3 deletes by one request."""


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
    if _is_s3(store):
        _declare_outages_of_s3()
    return store


def _is_s3(store: Storage) -> bool:
    return type(store).__module__.startswith("storages.")


@cache
def _declare_outages_of_s3() -> None:
    # An extra, which only that store imports. Other refusals (`ClientError`) are faults of the settings.
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    declare_outage(BotoCoreError)
    declare_outage(ClientError, when=_is_server_error)


def _is_server_error(error: Any) -> bool:  # noqa: ANN401 - of the extra
    """Return whether S3 has failed, or asks for fewer requests; 501 only says that it lacks a kind of request."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") in {500, 502, 503, 504}


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
        delete_objects(object_name(attachment_id, part) for part in contents)
        raise


def read_object(attachment_id: UUID, part: Part) -> bytes:
    """Return an object; raises FileNotFoundError."""
    with attachment_store().open(object_name(attachment_id, part)) as file:
        content: bytes = file.read()
        return content


def open_object(attachment_id: UUID, part: Part) -> "File[bytes]":
    """Open an object for `stream_object`; raises FileNotFoundError."""
    opened: File[bytes] = attachment_store().open(object_name(attachment_id, part))
    return opened


async def stream_object(opened: "File[bytes]") -> AsyncGenerator[bytes]:
    """Yield the content of an open object in pieces, and close it."""
    try:
        while piece := await run_in_store_thread(opened.read, CHUNK):
            yield piece
    finally:
        opened.close()


def delete_objects(names: Iterable[str]) -> None:
    """Delete objects, many by one request where the store can; those that it keeps are left to the reconciliation."""
    store = attachment_store()
    left = list(names)
    try:
        if _is_s3(store):
            left = _delete_from_bucket(store, left)
    except Exception as error:  # noqa: BLE001 - whatever the store raises; the rows are gone already
        # The others would wait for the same store.
        log_failure(logger, "objects_not_deleted", error, objects=len(left))
        return
    for name in left:
        try:
            store.delete(name)
        except Exception as error:  # noqa: BLE001 - as above
            log_failure(logger, "object_not_deleted", error, object=name)


def _delete_from_bucket(store: Any, names: list[str]) -> list[str]:  # noqa: ANN401 - of the extra
    """Delete objects of S3, and return those that it has not deleted: all, where a service has no such request."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - of the extra

    by_key = {posixpath.join(store.location, name).lstrip("/"): name for name in names}
    left: list[str] = []
    for keys in batched(by_key, DELETED_AT_ONCE):
        try:
            answer = store.bucket.delete_objects(Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True})
            left += [by_key[refused["Key"]] for refused in answer.get("Errors", [])]
        except ClientError as error:
            if is_outage(error):
                raise
            left += [by_key[key] for key in keys]
    return left
