"""Services for attachments: upload, description and deletion, within each user's storage limit."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import IO
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction

from apps.chat.attachments.child.processed_file import ProcessedFile
from apps.chat.attachments.deletion import delete_unused
from apps.chat.attachments.errors import AttachmentInUseError, StorageFullError
from apps.chat.attachments.objects import Part, delete_objects, make_object_name, save_objects
from apps.chat.attachments.processing import process_file
from apps.chat.attachments.selectors import find_attachment, read_stored_bytes
from apps.chat.models import Attachment, AttachmentKind
from apps.chat.providers.tokens import await_encoding, count_image_tokens, count_tokens
from apps.core.database import release_connection
from apps.core.errors import NotFoundError
from apps.core.http.running_requests import request_slot_released
from apps.core.ids import uuid7
from apps.core.outages import log_failure
from apps.users.models import User

logger = structlog.get_logger(__name__)

TOKENS_MODEL = "gpt-4o"
"""The model for which `tokens` of an attachment are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadedContent:
    """An uploaded file: its name without folders, and its size in bytes."""

    file: IO[bytes] = field(repr=False)
    name: str
    size: int


def find_uploaded(owner_id: UUID, public_id: UUID) -> Attachment | None:
    """Return the attachment that an earlier upload with this id created.

    Raises:
        NotFoundError: only deleted conversations have it.
    """
    if not Attachment.objects.filter(owner_id=owner_id, public_id=public_id).exists():
        return None
    return find_attachment(owner_id, public_id)


def store_attachment(
    *, owner_id: UUID, content: UploadedContent, public_id: UUID | None, description: str
) -> tuple[Attachment, bool]:
    """Process and store a file; return it, and whether it is new: a repeated `public_id` returns the first one.

    Raises:
        AttachmentTypeError, AttachmentUnreadableError: the file is refused.
        StorageFullError: the owner has no room for it beside other files and texts.
        RateLimitError: too many files are being processed.
        NotFoundError: as `find_uploaded`.
    """
    if public_id is not None and (earlier := find_uploaded(owner_id, public_id)) is not None:
        return earlier, False
    used = _read_used_bytes(owner_id)
    _check_room(used, 1)
    release_connection()
    processed = process_file(content.file, owner_id)
    attachment = _make_attachment(owner_id, public_id, content, processed, description)
    _check_room(used, attachment.stored_bytes)
    contents = _contents_by_part(content, processed)
    with request_slot_released():
        save_objects(attachment.id, contents)
    try:
        _insert_within_limit(attachment)
    except BaseException as error:
        if attachment._state.adding or not _may_be_stored(attachment):
            delete_objects(make_object_name(attachment.id, part) for part in contents)
        if isinstance(error, IntegrityError) and public_id is not None:
            # Two identical uploads at the same time: the other one was first.
            return find_attachment(owner_id, public_id), False
        raise
    return attachment, True


def describe_attachment(*, owner_id: UUID, public_id: UUID, description: str) -> Attachment:
    """Set the description of an attachment; raises NotFoundError."""
    attachment = find_attachment(owner_id, public_id)
    attachment.description = description
    if not Attachment.objects.filter(id=attachment.id).update(description=description):
        raise NotFoundError  # It has just been deleted.
    return attachment


@transaction.atomic
def delete_attachment(*, owner_id: UUID, public_id: UUID) -> None:
    """Delete an attachment that no message uses.

    Raises:
        NotFoundError: the owner has no such attachment.
        AttachmentInUseError: a message uses it.
    """
    attachment = find_attachment(owner_id, public_id)
    if not delete_unused([attachment.id]):
        raise AttachmentInUseError


def _make_attachment(
    owner_id: UUID, public_id: UUID | None, content: UploadedContent, processed: ProcessedFile, description: str
) -> Attachment:
    sizes = {name: len(data) for name, data in processed.objects.items()}
    is_image = processed.kind == AttachmentKind.IMAGE
    if is_image:
        tokens = count_image_tokens(TOKENS_MODEL, processed.width or 0, processed.height or 0)
    else:
        await_encoding(TOKENS_MODEL)
        tokens = count_tokens(TOKENS_MODEL, processed.objects[Part.TEXT].decode()).tokens
    return Attachment(
        public_id=public_id or uuid7(),
        owner_id=owner_id,
        kind=processed.kind,
        name=content.name,
        mime=processed.mime,
        bytes=sizes[Part.IMAGE] if is_image else content.size,
        stored_bytes=sum(sizes.values()) + (0 if is_image else content.size),
        width=processed.width,
        height=processed.height,
        pages=processed.pages,
        truncated=processed.truncated,
        tokens=tokens,
        description=description,
    )


def _contents_by_part(content: UploadedContent, processed: ProcessedFile) -> dict[Part, IO[bytes]]:
    contents: dict[Part, IO[bytes]] = {Part(name): BytesIO(data) for name, data in processed.objects.items()}
    if processed.kind == AttachmentKind.DOCUMENT:
        content.file.seek(0)
        contents[Part.ORIGINAL] = content.file
    return contents


@transaction.atomic
def _insert_within_limit(attachment: Attachment) -> None:
    # Uploads of one owner run one at a time here, so that together they cannot exceed the limit.
    if not _lock_owner(attachment):
        raise NotFoundError
    _check_room(_read_used_bytes(attachment.owner_id), attachment.stored_bytes)
    attachment.save(force_insert=True)


def _may_be_stored(attachment: Attachment) -> bool:
    """Return whether an attachment may be stored though its commit failed; true also if the database does not answer.

    A connection that is lost during the commit leaves open whether it happened. The reconciliation deletes the objects
    of attachments that were not stored after all.
    """
    try:
        with transaction.atomic():
            _lock_owner(attachment)  # The commit may still be under way.
            return Attachment.objects.filter(id=attachment.id).exists()
    except DatabaseError as error:
        log_failure(logger, "attachment_in_doubt", error, attachment_id=str(attachment.id))
        return True


def _lock_owner(attachment: Attachment) -> bool:
    """Lock the owner of an attachment until the end of the transaction; False if the account has been deleted."""
    owners = User.objects.select_for_update(no_key=True).only("id")
    return owners.filter(id=attachment.owner_id).first() is not None


def _read_used_bytes(owner_id: UUID) -> int:
    return 0 if settings.STORAGE_PER_USER is None else read_stored_bytes(owner_id)


def _check_room(used: int, size: int) -> None:
    limit = settings.STORAGE_PER_USER
    if limit is not None and used + size > limit:
        raise StorageFullError
