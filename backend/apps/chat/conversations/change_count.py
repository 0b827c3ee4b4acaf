"""The change count: it numbers the changes of a user, for the change feed (docs/protocol.md, section 8).

Each change gets the next number in its own transaction, and is notified after the commit: a client that receives
number 7 but not number 6 knows that it has missed a change.
"""

import json
from collections.abc import Collection
from typing import Any, Literal
from uuid import UUID

import msgspec

from apps.chat.conversations.conversation_view import summarize_conversation
from apps.chat.events import AnswerStatus
from apps.chat.models import ChangeCount, Conversation
from apps.chat.notify.notifications import ChangeNotification
from apps.core.database import uses_sqlite
from apps.core.round_trips import LazyRows, write, write_later
from apps.core.sql_values import prepare_value
from apps.core.wire_text import iso_milliseconds

type ConversationChange = Literal["conversation.created", "conversation.updated", "conversation.deleted"]


def count_conversation_change_later(
    kind: ConversationChange, conversation: Conversation, text_bytes: int = 0
) -> LazyRows[ChangeNotification]:
    """Number a change of a conversation, and count the bytes of text that it adds.

    Call it last in the transaction: it locks the user's count. Within `round_trips`, the number is read
    with the next statement whose result is needed, at the latest at the end of the block.
    """
    shown = summarize_conversation(conversation)
    return _count(conversation.owner_id, {"type": kind, "conversation": msgspec.to_builtins(shown)}, text_bytes)


def count_answer_change_later(
    kind: Literal["answer.started", "answer.ended"],
    conversation: Conversation,
    message_id: UUID,
    status: AnswerStatus,
    text_bytes: int = 0,
) -> LazyRows[ChangeNotification]:
    """Number the start or end of a run of an answer, and count the bytes of text that it adds.

    The conversation's `updated_at` must already be that time.
    """
    fields = {
        "type": kind,
        "conversation_id": str(conversation.public_id),
        "message_id": str(message_id),
        "status": status.value,
        "updated_at": iso_milliseconds(conversation.updated_at),
    }
    return _count(conversation.owner_id, fields, text_bytes)


def lock_change_count(owner_id: UUID) -> None:
    """Lock an owner's count before the change needs it; on SQLite, the whole database is locked already."""
    if not uses_sqlite():
        write("SELECT 1 FROM chat_changecount WHERE owner_id = %s FOR UPDATE", [prepare_value(owner_id)])


def read_revision(owner_id: UUID) -> int:
    """Return how many changes have been counted."""
    return ChangeCount.objects.filter(owner_id=owner_id).values_list("revision", flat=True).first() or 0


def read_latest_changes(owner_ids: Collection[UUID]) -> dict[UUID, ChangeNotification]:
    """Return the latest change of each owner that has one."""
    rows = ChangeCount.objects.filter(owner_id__in=owner_ids).values_list("owner_id", "revision", "latest")
    return {
        owner_id: ChangeNotification(owner_id=owner_id, revision=revision, fields=json.loads(latest))
        for owner_id, revision, latest in rows
    }


def _count(owner_id: UUID, fields: dict[str, Any], text_bytes: int) -> LazyRows[ChangeNotification]:
    table = ChangeCount._meta.db_table
    # One statement for a new and an existing row: this is part of every turn.
    statement = (
        f"INSERT INTO {table} (owner_id, revision, latest, text_bytes) "  # noqa: S608
        f"VALUES (%s, 1, %s, %s) ON CONFLICT (owner_id) DO UPDATE SET revision = {table}.revision + 1, "
        f"latest = excluded.latest, text_bytes = {table}.text_bytes + excluded.text_bytes RETURNING revision"
    )
    values = [prepare_value(owner_id), msgspec.json.encode(fields).decode(), text_bytes]
    return write_later(
        statement, values, lambda row: ChangeNotification(owner_id=owner_id, revision=row[0], fields=fields)
    )
