"""The bytes that the texts of a user take in the database, which `STORAGE_PER_USER` bounds (docs/api.md: A-5.9).

They are counted beside the user's changes, in the statement that counts a change: a turn and its ending write that row
anyway.
"""

from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, QuerySet, Sum

from apps.chat.attachments.errors import StorageFullError
from apps.chat.attachments.selectors import read_text_bytes
from apps.chat.models import ChangeCount, Conversation, Message
from apps.core.text_size import TextBytes

ROW_BYTES = 1024
"""The bytes that each conversation and message takes in addition to its texts."""


def count_bytes(*texts: str) -> int:
    """Return how many bytes texts have in UTF-8."""
    return sum(len(text) if text.isascii() else len(text.encode()) for text in texts)


def measure_messages(messages: QuerySet[Message]) -> int:
    """Return how many bytes messages count."""
    measured = messages.aggregate(rows=Count("id"), texts=Sum(TextBytes("content") + TextBytes("reasoning")))
    return int(measured["rows"]) * ROW_BYTES + int(measured["texts"] or 0)


def measure_conversation(conversation_id: UUID) -> int:
    """Return how many bytes a conversation counts, with all its messages."""
    found = Conversation.objects.filter(id=conversation_id)
    prompt = found.values_list(TextBytes("system_prompt"), flat=True).first() or 0
    return ROW_BYTES + int(prompt) + measure_messages(Message.objects.filter(conversation_id=conversation_id))


def add_text_bytes(owner_id: UUID, added: int) -> None:
    """Count bytes of texts without a change that is counted; call it last in the transaction."""
    ChangeCount.objects.filter(owner_id=owner_id).update(text_bytes=F("text_bytes") + added)


def check_text_room(owner_id: UUID) -> None:
    """Raise StorageFullError if an owner may not store more text."""
    limit = settings.STORAGE_PER_USER
    if limit is not None and read_text_bytes(owner_id) >= limit:
        raise StorageFullError
