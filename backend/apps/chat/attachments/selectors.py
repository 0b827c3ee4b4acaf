"""Queries for the attachments of an owner."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Sum

from apps.chat.models import Attachment, MessageAttachment
from apps.core.errors import require_found
from apps.core.pagination import Page, read_page
from apps.core.round_trips import read_later
from apps.core.sql_values import prepare_value

type AttachmentOrder = Literal["newest", "largest"]

_TEXT_BYTES = "SELECT text_bytes FROM chat_changecount WHERE owner_id = %s"
_USED_BYTES = "SELECT SUM(stored_bytes) FROM chat_attachment WHERE owner_id = %s"
_STORED_BYTES = f"SELECT COALESCE(({_USED_BYTES}), 0) + COALESCE(({_TEXT_BYTES}), 0)"
_ORDERS = {"newest": ("-id",), "largest": ("-stored_bytes", "-id")}


def select_live_attachments(owner_id: UUID) -> QuerySet[Attachment]:
    """Return every attachment of an owner, unless only deleted conversations have it."""
    links = MessageAttachment.objects.filter(attachment=OuterRef("id"))
    is_unused = ~Exists(links)
    is_shown = Exists(links.filter(message__conversation__deleted_at=None))
    return Attachment.objects.filter(is_unused | is_shown, owner_id=owner_id)


def find_attachment(owner_id: UUID, public_id: UUID) -> Attachment:
    """Return the attachment that this owner knows by `public_id`.

    Raises:
        NotFoundError: missing, another user's, or of deleted conversations only: the same answer for all.
    """
    return require_found(select_live_attachments(owner_id).filter(public_id=public_id).first())


def list_attachments(owner_id: UUID, *, page: int, page_size: int, order: AttachmentOrder) -> Page[Attachment]:
    return read_page(select_live_attachments(owner_id).order_by(*_ORDERS[order]), page, page_size)


def count_used_bytes(owner_id: UUID) -> int:
    """Return how many bytes an owner's attachments take in the store, also in deleted conversations."""
    return Attachment.objects.filter(owner_id=owner_id).aggregate(sum=Sum("stored_bytes"))["sum"] or 0


def read_text_bytes(owner_id: UUID) -> int:
    """Return how many bytes an owner's texts count, also in deleted conversations."""
    return _read_number(_TEXT_BYTES, [owner_id])


def read_stored_bytes(owner_id: UUID) -> int:
    """Return how many bytes an owner's attachments and texts take together."""
    return _read_number(_STORED_BYTES, [owner_id, owner_id])


def _read_number(statement: str, values: Sequence[UUID]) -> int:
    """Return the number that a statement finds, 0 if it finds none."""
    found = read_later(statement, [prepare_value(value) for value in values], lambda row: int(row[0])).all()
    return found[0] if found else 0
