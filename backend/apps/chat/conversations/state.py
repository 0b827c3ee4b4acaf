"""The state of a conversation that its connections compare with what they have sent."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.chat.conversations.conversation_view import SUMMARY_FIELDS
from apps.chat.models import Conversation, Run


@dataclass(frozen=True, slots=True)
class ConversationState:
    """`active` is the answer being written and its run; `fields` are the ones that lists show."""

    id: UUID
    revision: int
    leaf_id: UUID | None
    active: tuple[UUID, int] | None
    is_stop_requested: bool
    fields: dict[str, Any]


def read_states(conversation_ids: Collection[UUID]) -> dict[UUID, ConversationState]:
    """Return the states of those conversations that exist; two queries."""
    active = {
        run.conversation_id: run for run in Run.objects.filter(conversation_id__in=conversation_ids, ended_at=None)
    }
    rows = Conversation.objects.filter(id__in=conversation_ids, deleted_at=None).values("id", *SUMMARY_FIELDS)
    return {row["id"]: _state(dict(row), active.get(row["id"])) for row in rows}


def _state(row: dict[str, Any], active: Run | None) -> ConversationState:
    return ConversationState(
        id=row["id"],
        revision=row["revision"],
        leaf_id=row["leaf_id"],
        active=None if active is None or active.answer_id is None else (active.answer_id, active.number),
        is_stop_requested=active is not None and active.is_stop_requested,
        fields={name: row[name] for name in SUMMARY_FIELDS if name != "revision"},
    )


def find_own_conversation_id(user_id: UUID, public_id: UUID) -> UUID | None:
    """Return the internal id of the conversation that this user knows by `public_id`, None if there is none."""
    own = Conversation.objects.filter(owner_id=user_id, public_id=public_id, deleted_at=None)
    return own.values_list("id", flat=True).first()


def read_state(conversation_id: UUID) -> ConversationState | None:
    """Return the state of one conversation; None if it does not exist or was deleted."""
    return read_states([conversation_id]).get(conversation_id)


@dataclass(frozen=True, slots=True)
class ActiveAnswer:
    """An answer that is being written; `conversation_id` is the public id."""

    conversation_id: UUID
    message_id: UUID


def read_active_answers(user_id: UUID) -> list[ActiveAnswer]:
    """Return every answer that is being written in the conversations of a user."""
    own = Run.objects.filter(ended_at=None, conversation__owner_id=user_id, conversation__deleted_at=None)
    return [ActiveAnswer(*row) for row in own.values_list("conversation__public_id", "answer_id")]
