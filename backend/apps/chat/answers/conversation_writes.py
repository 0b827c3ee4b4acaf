"""Writes to conversations: turns, endings and titles; those that arrive together share a transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.core.database import uses_sqlite
from apps.core.group_commit import GroupCommit, Write
from apps.core.round_trips import read_later
from apps.core.sql_values import read_id


@dataclass(slots=True, eq=False, kw_only=True)
class ConversationWrite[Stored, Result](Write[Stored, Result]):
    """The write of a turn or, with an `answer_id`, of its ending; `sort_key` is the owner's id."""

    conversation_id: UUID
    answer_id: UUID | None = None


def _lock(writes: Sequence[ConversationWrite[Any, Any]]) -> Collection[ConversationWrite[Any, Any]]:
    """Lock active runs, then conversations, each by their ids: the order that every transaction keeps.

    Returns the writes whose rows are locked; rows that another transaction has locked are skipped. Each write locks
    the count of changes of its owner afterwards, in the order of the owners (`sort_key`).
    """
    if uses_sqlite():
        return writes  # The transaction has locked the whole database.
    answer_ids = [write.answer_id for write in writes if write.answer_id is not None]
    runs = read_later(_LOCK_RUNS, [answer_ids], read_id)
    conversations = read_later(_LOCK_CONVERSATIONS, [[write.conversation_id for write in writes]], read_id)
    locked = {*conversations.all(), *runs.all(), None}
    return {write for write in writes if write.conversation_id in locked and write.answer_id in locked}


_LOCK_RUNS = (
    "SELECT answer_id FROM chat_run WHERE answer_id = ANY(%s) AND ended_at IS NULL "
    "ORDER BY answer_id FOR UPDATE SKIP LOCKED"
)
_LOCK_CONVERSATIONS = "SELECT id FROM chat_conversation WHERE id = ANY(%s) ORDER BY id FOR UPDATE SKIP LOCKED"

conversation_writes = GroupCommit(_lock)
"""The turns, endings and titles that this worker stores."""
