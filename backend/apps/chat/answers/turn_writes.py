"""What turns and endings write, stored together with what others write at the same moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from apps.core.group_commit import GroupCommit, Write


@dataclass(slots=True, eq=False, kw_only=True)
class TurnWrite[Stored, Result](Write[Stored, Result]):
    """The write of a turn, or with an `answer_id` that of its ending; its `order` is the id of the owner."""

    conversation_id: UUID
    answer_id: UUID | None = None


def _lock(writes: Sequence[TurnWrite[Any, Any]]) -> None:
    """Lock active runs, then conversations, each by their ids: the order that every transaction keeps.

    The counts of changes come last in each write, in the order of their owners.
    """
    if connection.vendor == "sqlite":
        return  # The transaction has locked all of it.
    answer_ids = [write.answer_id for write in writes if write.answer_id is not None]
    with connection.cursor() as cursor:
        if answer_ids:
            cursor.execute(_LOCK_RUNS, [answer_ids])
        cursor.execute(_LOCK_CONVERSATIONS, [[write.conversation_id for write in writes]])


_LOCK_RUNS = "SELECT 1 FROM chat_run WHERE answer_id = ANY(%s) AND ended_at IS NULL ORDER BY answer_id FOR UPDATE"
_LOCK_CONVERSATIONS = "SELECT 1 FROM chat_conversation WHERE id = ANY(%s) ORDER BY id FOR UPDATE"

turn_writes = GroupCommit(_lock)
"""The turns and endings that this process stores."""
