"""Compares the store of attachments with the table: after a crash or a restore, each may have what the other lacks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from django.utils import timezone

from apps.chat.attachments.file_store import INCOMING
from apps.chat.attachments.objects import PARTS, attachment_of, attachment_store, object_name
from apps.chat.models import Attachment

logger = structlog.get_logger(__name__)

YOUNG = timedelta(hours=1)
"""Objects and rows of this age may be on their way: they are left alone."""

PORTION = 500


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How many objects without a row were deleted, and the attachments that lack an object."""

    deleted: int
    incomplete: list[UUID]


def reconcile_store() -> Reconciled:
    """Delete objects that no row names, and find rows whose objects are missing; both are logged."""
    edge = timezone.now() - YOUNG
    store = attachment_store()
    names = set(_list_names())
    known = _find_known({key for name in names if (key := attachment_of(name)) is not None})
    deleted = 0
    for name in names:
        attachment_id = attachment_of(name)
        is_ours = attachment_id is not None or name.startswith(INCOMING)
        if not is_ours or attachment_id in known:
            continue  # A store may hold what others put there.
        try:
            is_old = store.get_modified_time(name) < edge
        except FileNotFoundError:
            continue  # Deleted meanwhile.
        if is_old:
            store.delete(name)
            deleted += 1
    rows = Attachment.objects.filter(created_at__lt=edge).values_list("id", "kind").iterator(PORTION)
    incomplete = [key for key, kind in rows if any(object_name(key, part) not in names for part in PARTS[kind])]
    # Those that were deleted since the store was listed lack nothing.
    incomplete = sorted(_find_known(set(incomplete)))
    if deleted or incomplete:
        logger.warning("attachments_reconciled", deleted=deleted, incomplete=len(incomplete))
    return Reconciled(deleted, incomplete)


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
    for start in range(0, len(ordered), PORTION):
        rows = Attachment.objects.filter(id__in=ordered[start : start + PORTION])
        found.update(rows.values_list("id", flat=True))
    return found
