"""Deletion of attachments that no message uses, and of the objects of all deleted attachments."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone

from apps.chat.attachments.objects import PARTS, delete_objects, make_object_name
from apps.chat.models import Attachment, MessageAttachment

UNUSED_LIFETIME = timedelta(hours=24)
PURGE_BATCH_SIZE = 200


def match_unused_attachments() -> Q:
    """Return the condition that no message uses an attachment."""
    return Q(~Exists(MessageAttachment.objects.filter(attachment=OuterRef("id"))))


@transaction.atomic
def delete_unused(attachment_ids: Collection[UUID]) -> int:
    """Delete the given attachments that no message uses, with their objects; return how many."""
    # Locked first: a concurrent question links the attachment before this check, or no longer finds it.
    locked = Attachment.objects.filter(id__in=attachment_ids).select_for_update().order_by("id")
    ids = list(locked.values_list("id", flat=True))
    unused = list(Attachment.objects.filter(match_unused_attachments(), id__in=ids))
    for attachment in unused:
        attachment.delete()
    return len(unused)


def purge_unused() -> int:
    """Delete attachments that were uploaded more than a day ago and that no message uses; return how many."""
    old = Attachment.objects.filter(match_unused_attachments(), created_at__lt=timezone.now() - UNUSED_LIFETIME)
    deleted = 0
    while ids := list(old.values_list("id", flat=True)[:PURGE_BATCH_SIZE]):
        if not (count := delete_unused(ids)):
            break  # Messages use all of them now.
        deleted += count
    return deleted


@receiver(post_delete, sender=Attachment)
def delete_objects_after_commit(instance: Attachment, using: str, **_: object) -> None:
    """Delete the objects once the deletion of the row is certain, in one request with the others of the transaction."""
    names = [make_object_name(instance.id, part) for part in PARTS[instance.kind]]
    connection = transaction.get_connection(using)
    match connection.run_on_commit[-1:]:
        # A deletion of another savepoint might be rolled back without this one.
        case [(savepoints, _Deletion() as before, _)] if savepoints == set(connection.savepoint_ids):
            before.names += names
        case _:
            transaction.on_commit(_Deletion(names), using=using)


@dataclass(slots=True)
class _Deletion:
    """Deletes objects when it is called."""

    names: list[str]

    def __call__(self) -> None:
        delete_objects(self.names)
