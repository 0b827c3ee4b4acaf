"""Deletes the objects of attachments whose rows are deleted, whoever deletes them: also with the account."""

from functools import partial

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from apps.chat.attachments.objects import PARTS, delete_objects
from apps.chat.models import Attachment


@receiver(post_delete, sender=Attachment)
def delete_objects_after_commit(instance: Attachment, **_: object) -> None:
    """Delete the objects once the deletion of the row is certain."""
    transaction.on_commit(partial(delete_objects, instance.id, PARTS[instance.kind]))
