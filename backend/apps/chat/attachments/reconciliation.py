"""Reconciliation of the store of attachments with their table: after a crash, each may have what the other lacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.utils import timezone

from apps.chat.attachments.file_store import INCOMING_PREFIX
from apps.chat.attachments.objects import (
    PARTS,
    attachment_store,
    delete_objects,
    find_attachment_id,
    make_object_name,
    read_modified_time,
)
from apps.chat.models import Attachment

logger = structlog.get_logger(__name__)

MIN_AGE = timedelta(hours=1)
"""Younger objects and rows may still be on their way: they are left alone."""

BATCH_SIZE = 500
ALWAYS_DELETED = 10
"""This many objects without a row are always deleted, however few others there are."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The number of objects without a row that were deleted, and the attachments that lack an object.

    `kept` counts the objects without a row that were not deleted, because they are most of the store; `refused` those
    that the store did not delete.
    """

    deleted: int
    incomplete: list[UUID]
    kept: int = 0
    refused: int = 0


def reconcile_store(*, even_most: bool = False) -> Reconciled:
    """Delete objects without a row, and find rows whose objects are missing; both are logged.

    If more than half of the objects have no row, the database must be a wrong or an empty one: nothing is deleted
    then, unless `even_most` is set.
    """
    edge = timezone.now() - MIN_AGE
    names = set(_list_names())
    strays, kept = _find_strays(names, even_most=even_most)
    abandoned = (name for name in names if name.startswith(INCOMING_PREFIX))
    old = [name for name in (*strays, *abandoned) if _is_older(name, edge)]
    refused = delete_objects(old)
    deleted = len(old) - refused
    incomplete = _find_incomplete(names, edge)
    if deleted or incomplete:
        logger.warning("attachments_reconciled", deleted=deleted, incomplete=len(incomplete))
    return Reconciled(deleted, incomplete, kept, refused)


def _find_strays(names: set[str], *, even_most: bool) -> tuple[list[str], int]:
    """Return the objects without a row that may be deleted, and the number of those that may not.

    Objects of other programs, which the store may have too, are neither.
    """
    ids = {name: attachment_id for name in names if (attachment_id := find_attachment_id(name)) is not None}
    known = _find_known(set(ids.values()))
    strays = [name for name, attachment_id in ids.items() if attachment_id not in known]
    if even_most or len(strays) <= max(ALWAYS_DELETED, len(ids) / 2):
        return strays, 0
    logger.error(
        "attachments_not_reconciled", files=len(ids), without_attachment=len(strays), hint="Is this the right database?"
    )
    return [], len(strays)


def _is_older(name: str, edge: datetime) -> bool:
    written = read_modified_time(name)
    return written is not None and written < edge


def _find_incomplete(names: set[str], edge: datetime) -> list[UUID]:
    """Return the attachments created before `edge` of which an object is not among `names`."""
    rows = Attachment.objects.filter(created_at__lt=edge).values_list("id", "kind").iterator(BATCH_SIZE)
    incomplete = {key for key, kind in rows if any(make_object_name(key, part) not in names for part in PARTS[kind])}
    # Attachments that were deleted since the store was listed lack nothing.
    return sorted(_find_known(incomplete))


def _list_names() -> Iterator[str]:
    store = attachment_store()
    try:
        folders, files = store.listdir("")
    except FileNotFoundError:
        return  # Nothing has been stored yet.
    yield from files
    for folder in folders:
        yield from (f"{folder}/{name}" for name in store.listdir(folder)[1])


def _find_known(ids: set[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    ordered = list(ids)
    for start in range(0, len(ordered), BATCH_SIZE):
        rows = Attachment.objects.filter(id__in=ordered[start : start + BATCH_SIZE])
        found.update(rows.values_list("id", flat=True))
    return found
