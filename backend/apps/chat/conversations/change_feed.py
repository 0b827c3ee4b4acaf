"""Counting what changes in a user's conversations, for `/ws/events/` (docs/protocol.md, section 8).

Every change is counted in the transaction that makes it, and told after the commit: whoever hears of number 7 and not
of number 6 knows that something was missed.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import msgspec
import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import connection

from apps.chat.events import AnswerStatus
from apps.chat.models import ChangeCount, Conversation
from apps.core.outages import log_failure
from apps.core.timestamps import iso_milliseconds
from apps.core.wire_text import MomentText

logger = structlog.get_logger(__name__)

type ConversationChange = Literal["conversation.created", "conversation.updated", "conversation.deleted"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change, the `revision`th of its owner; `fields` are those of its frame, JSON values."""

    owner_id: UUID
    revision: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationView:
    """A conversation as its owner's list shows it, with the names and the order of the wire."""

    id: UUID
    title: str
    model: str
    is_archived: bool
    is_pinned: bool
    leaf_id: UUID | None
    revision: int
    created_at: MomentText
    updated_at: MomentText


def count_conversation_change(kind: ConversationChange, conversation: Conversation) -> Change:
    """Count a change of a conversation as a whole; call it last in the transaction, which locks the user's count."""
    shown = ConversationView(
        id=conversation.public_id,
        title=conversation.title,
        model=conversation.model,
        is_archived=conversation.is_archived,
        is_pinned=conversation.is_pinned,
        leaf_id=conversation.leaf_id,
        revision=conversation.revision,
        created_at=iso_milliseconds(conversation.created_at),
        updated_at=iso_milliseconds(conversation.updated_at),
    )
    return _count(conversation.owner_id, {"type": kind, "conversation": msgspec.to_builtins(shown)})


def count_answer_change(
    kind: Literal["answer.started", "answer.ended"], conversation: Conversation, message_id: UUID, status: AnswerStatus
) -> Change:
    """Count the beginning or the end of a run of an answer; `updated_at` of the conversation is that moment."""
    fields = {
        "type": kind,
        "conversation_id": str(conversation.public_id),
        "message_id": str(message_id),
        "status": status.value,
        "updated_at": iso_milliseconds(conversation.updated_at),
    }
    return _count(conversation.owner_id, fields)


def read_revision(owner_id: UUID) -> int:
    """Return how many changes have been counted."""
    return ChangeCount.objects.filter(owner_id=owner_id).values_list("revision", flat=True).first() or 0


def read_latest_changes(owner_ids: Collection[UUID]) -> dict[UUID, Change]:
    """Return the latest change of each owner that has one."""
    rows = ChangeCount.objects.filter(owner_id__in=owner_ids).values_list("owner_id", "revision", "latest")
    return {owner_id: Change(owner_id, revision, json.loads(latest)) for owner_id, revision, latest in rows}


def changes_group(owner_id: UUID) -> str:
    """Return the name of the group that the sockets of `/ws/events/` of one user join."""
    return f"changes.{owner_id.hex}"


async def notify_change(change: Change) -> None:
    """Tell the user's sockets on every worker of a change; for speed only, as the sweep makes good what is lost."""
    notice = {"type": "owner.changed", "revision": change.revision, "fields": change.fields}
    try:
        await get_channel_layer().group_send(changes_group(change.owner_id), notice)
    except Exception as error:  # noqa: BLE001 - the change is stored; the sweep delivers it too
        log_failure(logger, "notification_lost", error, notification=change.fields["type"])


def notify_change_sync(change: Change) -> None:
    """`notify_change` for synchronous callers; call it after the commit."""
    async_to_sync(notify_change)(change)


def _count(owner_id: UUID, fields: dict[str, Any]) -> Change:
    table = ChangeCount._meta.db_table  # noqa: SLF001 - Django's documented model API
    # One statement, whether the row is there or not: this is part of every turn.
    statement = (
        f"INSERT INTO {table} (owner_id, revision, latest) VALUES (%s, 1, %s) ON CONFLICT (owner_id) "  # noqa: S608
        f"DO UPDATE SET revision = {table}.revision + 1, latest = excluded.latest RETURNING revision"
    )
    key = ChangeCount._meta.pk.get_db_prep_value(owner_id, connection)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(statement, [key, json.dumps(fields, ensure_ascii=False)])
        (revision,) = cursor.fetchone()
    return Change(owner_id, revision, fields)
