"""What a socket must know of its conversation to be up to date."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.chat.events import ACTIVE_STATUSES
from apps.chat.models import Conversation, Message


@dataclass(frozen=True, slots=True)
class ConversationState:
    """`active` is the answer being written and its run; `fields` are those that every list shows."""

    id: UUID
    revision: int
    leaf_id: UUID | None
    active: tuple[UUID, int] | None
    is_stop_requested: bool
    fields: dict[str, Any]


def read_states(conversation_ids: Collection[UUID]) -> dict[UUID, ConversationState]:
    """Return the states of those conversations that are there; two queries."""
    answers = Message.objects.filter(conversation_id__in=conversation_ids, status__in=ACTIVE_STATUSES)
    rows_of_answers = list(answers.values_list("conversation_id", "id", "run", "is_stop_requested"))
    active = {conversation_id: (answer_id, run) for conversation_id, answer_id, run, _ in rows_of_answers}
    stopping = {conversation_id for conversation_id, _, _, is_stop_requested in rows_of_answers if is_stop_requested}
    rows = Conversation.objects.filter(id__in=conversation_ids, deleted_at=None).values(
        "id", "revision", "leaf_id", "title", "model", "is_archived", "is_pinned"
    )
    return {
        row["id"]: ConversationState(
            id=row["id"],
            revision=row["revision"],
            leaf_id=row["leaf_id"],
            active=active.get(row["id"]),
            is_stop_requested=row["id"] in stopping,
            fields={name: row[name] for name in ("title", "model", "leaf_id", "is_archived", "is_pinned")},
        )
        for row in rows
    }


def find_own_conversation_id(user_id: UUID, public_id: UUID) -> UUID | None:
    """Return the internal id of the conversation that this user knows by `public_id`, None if there is none."""
    own = Conversation.objects.filter(owner_id=user_id, public_id=public_id, deleted_at=None)
    return own.values_list("id", flat=True).first()


def read_state(conversation_id: UUID) -> ConversationState | None:
    """Return the state of one conversation, None if it is gone."""
    return read_states([conversation_id]).get(conversation_id)


def read_own_state(user_id: UUID, public_id: UUID) -> ConversationState | None:
    """Return the state of the conversation that this user knows by `public_id`, None if there is none."""
    conversation_id = find_own_conversation_id(user_id, public_id)
    return None if conversation_id is None else read_state(conversation_id)


@dataclass(frozen=True, slots=True)
class ActiveAnswer:
    """An answer that is being written; the conversation under the id that its owner knows."""

    conversation_id: UUID
    message_id: UUID


def read_active_answers(user_id: UUID) -> list[ActiveAnswer]:
    """Return all answers that are being written in the conversations of a user."""
    own = Message.objects.filter(
        status__in=ACTIVE_STATUSES, conversation__owner_id=user_id, conversation__deleted_at=None
    )
    return [ActiveAnswer(*row) for row in own.values_list("conversation__public_id", "id")]
