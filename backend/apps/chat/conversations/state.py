"""The state of a conversation that its connections compare with what they have sent."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.chat.conversations.conversation_view import SUMMARY_FIELDS
from apps.chat.models import Conversation, Run
from apps.core.statements import one_of, read_later


@dataclass(frozen=True, slots=True)
class ConversationState:
    """The state of a conversation; `active` is the answer being written and its run, `fields` are those of lists."""

    id: UUID
    revision: int
    leaf_id: UUID | None
    active: tuple[UUID, int] | None
    is_stop_requested: bool
    fields: dict[str, Any]


_COLUMNS = ", ".join(f"chat_conversation.{name}" for name in SUMMARY_FIELDS)
_STATES = f"""
    SELECT chat_conversation.id, chat_run.answer_id, chat_run.number, chat_run.is_stop_requested, {_COLUMNS}
    FROM chat_conversation
    LEFT JOIN chat_run ON chat_run.conversation_id = chat_conversation.id AND chat_run.ended_at IS NULL
    WHERE chat_conversation.id {{}} AND chat_conversation.deleted_at IS NULL
"""  # noqa: S608 - the columns are fields of a model
_KINDS = {"leaf_id": UUID, "is_archived": bool, "is_pinned": bool}
"""Types of the fields for which SQLite has none."""


def read_states(conversation_ids: Collection[UUID]) -> dict[UUID, ConversationState]:
    """Return the states of those conversations that exist; one query, which each second asks for all that are open."""
    condition, value = one_of(conversation_ids)
    states = read_later(_STATES.format(condition), [value], _state).all()
    return {state.id: state for state in states}


def _state(row: tuple[Any, ...]) -> ConversationState:
    conversation_id, answer_id, number, is_stop_requested, *values = row
    fields = {name: _read(value, _KINDS.get(name)) for name, value in zip(SUMMARY_FIELDS, values, strict=True)}
    revision = fields.pop("revision")
    return ConversationState(
        id=_read(conversation_id, UUID),
        revision=revision,
        leaf_id=fields["leaf_id"],
        active=None if answer_id is None else (_read(answer_id, UUID), number),
        is_stop_requested=bool(is_stop_requested),
        fields=fields,
    )


def _read(value: Any, kind: type | None) -> Any:  # noqa: ANN401 - what a column holds
    """Return a value as PostgreSQL returns it."""
    return value if kind is None or value is None or isinstance(value, kind) else kind(value)


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
