"""The search terms of messages and titles."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from apps.chat.models.conversations import Conversation, Message
from apps.core.search.field import TermsField


class SearchEntry(models.Model):
    """The search terms of a message or, without a message, of the title of its conversation.

    On SQLite, triggers copy the terms into the table `chat_searchentry_terms`: a migration that alters this table must
    create the triggers again.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="search_entries")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, null=True, related_name="search_entry")
    terms = TermsField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(message__isnull=True), name="search_entry_of_title"
            ),
        ]

    def __str__(self) -> str:
        return f"search entry of {self.message_id or self.conversation_id}"
