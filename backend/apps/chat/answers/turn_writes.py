"""Writes of turns and endings, which share a transaction with others of the same moment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from apps.core.group_commit import GroupCommit, Write


@dataclass(slots=True, eq=False, kw_only=True)
class TurnWrite[Stored, Result](Write[Stored, Result]):
    """The write of a turn, or with an `answer_id` that of its ending; its `order` is the id of the owner."""

    conversation_id: UUID
    answer_id: UUID | None = None


def _lock(writes: Sequence[TurnWrite[Any, Any]]) -> Collection[TurnWrite[Any, Any]]:
    """Lock active runs, then conversations, each by their ids: the order that every transaction keeps.

    Returns the writes whose rows are locked. The group does not wait for a row that another transaction has locked.
    The counts of changes come last in each write, in the order of their owners.
    """
    if connection.vendor == "sqlite":
        return writes  # The transaction has locked all of it.
    answer_ids = [write.answer_id for write in writes if write.answer_id is not None]
    with connection.cursor() as cursor:
        locked = _lock_rows(cursor, _LOCK_RUNS, answer_ids) | {None}
        ours = [write for write in writes if write.answer_id in locked]
        conversations = _lock_rows(cursor, _LOCK_CONVERSATIONS, [write.conversation_id for write in ours])
    return {write for write in ours if write.conversation_id in conversations}


def _lock_rows(cursor: CursorWrapper, statement: str, ids: Sequence[UUID]) -> set[UUID | None]:
    if not ids:
        return set()
    cursor.execute(statement, [list(ids)])
    return {found for (found,) in cursor.fetchall()}


_LOCK_RUNS = (
    "SELECT answer_id FROM chat_run WHERE answer_id = ANY(%s) AND ended_at IS NULL "
    "ORDER BY answer_id FOR UPDATE SKIP LOCKED"
)
_LOCK_CONVERSATIONS = "SELECT id FROM chat_conversation WHERE id = ANY(%s) ORDER BY id FOR UPDATE SKIP LOCKED"

turn_writes = GroupCommit(_lock)
"""The turns and endings that this process stores."""
