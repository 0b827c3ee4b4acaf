"""The objects of attachments in the store: what each kind has, and reading, writing and deleting them."""

import posixpath
from collections.abc import AsyncGenerator, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from http import HTTPStatus
from itertools import batched
from typing import IO, Any
from uuid import UUID

import structlog
from django.core.files import File
from django.core.files.storage import Storage, storages

from apps.chat.models import AttachmentKind
from apps.core.outages import declare_outage, log_failure
from apps.core.store_threads import run_in_store_thread

logger = structlog.get_logger(__name__)

CHUNK_BYTES = 256 * 1024
DELETE_BATCH_SIZE = 1000
"""Objects that S3 deletes by one request."""

NO_BULK_DELETION = {400, 404, 405, 501}
"""Statuses with which stores without bulk deletion refuse it."""


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
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - botocore is optional

    declare_outage(BotoCoreError)
    declare_outage(ClientError, when=_is_server_error)  # Others mean wrong settings.


def _is_server_error(error: Any) -> bool:  # noqa: ANN401 - botocore is optional
    """Return whether S3 has failed, or asks for fewer requests; 501 only says that it lacks an operation."""
    return _read_status(error) in {500, 502, 503, 504}


def _read_status(error: Any) -> int | None:  # noqa: ANN401 - botocore is optional
    status: int | None = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPStatusCode")
    return status


def make_object_name(attachment_id: UUID, part: Part) -> str:
    """Return the name of an object: one of 256 folders, then the id and the part."""
    return f"{attachment_id.hex[-2:]}/{attachment_id.hex}.{part}"


def find_attachment_id(name: str) -> UUID | None:
    """Return the id of the attachment whose object has this name; None for a name of another form."""
    hexadecimal, _, part = name.rpartition("/")[2].partition(".")
    try:
        attachment_id = UUID(hex=hexadecimal)
        return attachment_id if name == make_object_name(attachment_id, Part(part)) else None
    except ValueError:
        return None


def save_objects(attachment_id: UUID, contents: Mapping[Part, IO[bytes]]) -> None:
    """Write the objects of an attachment: all of them, or none."""
    try:
        for part, content in contents.items():
            attachment_store().save(make_object_name(attachment_id, part), File(content))
    except BaseException:
        delete_objects(make_object_name(attachment_id, part) for part in contents)
        raise


def read_object(attachment_id: UUID, part: Part) -> bytes:
    """Return an object; raises FileNotFoundError."""
    with attachment_store().open(make_object_name(attachment_id, part)) as file:
        content: bytes = file.read()
        return content


def open_object(attachment_id: UUID, part: Part) -> "File[bytes]":
    """Open an object for `stream_object`; raises FileNotFoundError."""
    opened: File[bytes] = attachment_store().open(make_object_name(attachment_id, part))
    return opened


def read_modified_time(name: str) -> datetime | None:
    """Return when an object was written; None if another worker has just deleted it."""
    try:
        written: datetime = attachment_store().get_modified_time(name)
    except Exception as error:
        if isinstance(error, FileNotFoundError) or _read_status(error) == HTTPStatus.NOT_FOUND:
            return None
        raise
    return written


async def stream_object(opened: "File[bytes]") -> AsyncGenerator[bytes]:
    """Yield the content of an open object in pieces, and close it."""
    try:
        while piece := await run_in_store_thread(opened.read, CHUNK_BYTES):
            yield piece
    finally:
        opened.close()


def delete_objects(names: Iterable[str]) -> int:
    """Delete objects, many by one request where the store can; return how many the store has kept.

    The kept ones are logged, and left to the reconciliation.
    """
    store = attachment_store()
    left = set(names)
    try:
        (_delete_from_bucket if _is_s3(store) else _delete_files)(store, left)
    except Exception as error:  # noqa: BLE001 - whatever the store raises; the rows are gone already
        log_failure(logger, "objects_not_deleted", error, objects=len(left))
    return len(left)


def _delete_files(store: Storage, left: set[str]) -> None:
    """Delete files, and remove their names from `left`; a failure does not stop the deletion of the others."""
    failure: OSError | None = None
    for name in sorted(left):
        try:
            store.delete(name)
            left.discard(name)
        except OSError as error:
            failure = error
    if failure is not None:
        raise failure


def _delete_from_bucket(store: Any, left: set[str]) -> None:  # noqa: ANN401 - botocore is optional
    """Delete objects of S3, and remove their names from `left`; stops at the first failure: others would follow."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - botocore is optional

    by_key = {posixpath.join(store.location, name).lstrip("/"): name for name in left}
    refusals: list[str] = []
    for keys in batched(by_key, DELETE_BATCH_SIZE):
        try:
            answer = store.bucket.delete_objects(Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True})
        except ClientError as error:
            if _read_status(error) not in NO_BULK_DELETION:
                raise
            for key in keys:
                store.delete(by_key[key])
                left.discard(by_key[key])
        else:
            refused = {refusal["Key"]: refusal.get("Code", "") for refusal in answer.get("Errors", [])}
            left.difference_update(by_key[key] for key in keys if key not in refused)
            refusals += refused.values()
    if refusals:
        logger.error("objects_not_deleted", objects=len(left), reasons=sorted(set(refusals)))
