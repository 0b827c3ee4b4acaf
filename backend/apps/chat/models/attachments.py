"""Attachments: the files of users, and the messages that they belong to."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.chat.models.conversations import Message
from apps.core.ids import uuid7

ATTACHMENT_NAME_LENGTH = 255
DESCRIPTION_LENGTH = 1000


class AttachmentKind(models.TextChoices):
    """The kind of an attachment: the model sees an image, and reads a document."""

    IMAGE = "image"
    DOCUMENT = "document"


class Attachment(models.Model):
    """A file of one user, as it was processed; its objects in the store are named by `id` (attachments/objects.py).

    `public_id` is the id that its owner chose and sees, as with conversations. `mime`, `bytes`, `width` and `height`
    describe what is served; `stored_bytes` counts all its objects. `tokens` are counted as gpt-4o does.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    public_id = models.UUIDField(default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attachments")
    kind = models.CharField(max_length=8, choices=AttachmentKind.choices)
    name = models.CharField(max_length=ATTACHMENT_NAME_LENGTH)
    mime = models.CharField(max_length=50)
    bytes = models.PositiveBigIntegerField()
    stored_bytes = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    pages = models.PositiveIntegerField(null=True)
    truncated = models.BooleanField(default=False)
    tokens = models.PositiveIntegerField()
    description = models.CharField(max_length=DESCRIPTION_LENGTH, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "public_id"], name="attachment_public_id"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="attachment_age"),
        ]

    def __str__(self) -> str:
        return self.name


class MessageAttachment(models.Model):
    """An attachment of a message, at a place among its others."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachment_links", db_index=False)
    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="links")
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "place"], name="message_attachment_place"),
        ]

    def __str__(self) -> str:
        return f"{self.attachment_id} of {self.message_id}"
