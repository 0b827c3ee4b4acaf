"""The state of a conversation, which connections compare with the state that they have sent."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.chat.conversations.conversation_view import SUMMARY_FIELDS
from apps.chat.models import Conversation, Run
from apps.core.database import uses_sqlite
from apps.core.round_trips import LazyRows, read_later

UNKNOWN_REVISION = -1
"""Stands for an unknown revision: every real one is later."""


@dataclass(frozen=True, slots=True)
class ConversationState:
    """The state of a conversation: `active` is the answer being written and its run, `fields` is what lists show."""

    id: UUID
    revision: int
    leaf_id: UUID | None
    active: tuple[UUID, int] | None
    is_stop_requested: bool
    fields: dict[str, Any]


_COLUMNS = ", ".join(f"chat_conversation.{name}" for name in SUMMARY_FIELDS)
_NEWS = f"""
    SELECT known.id, chat_conversation.id, chat_run.answer_id, chat_run.number, chat_run.is_stop_requested, {_COLUMNS}
    FROM ({{}}) AS known
    LEFT JOIN chat_conversation ON chat_conversation.id = known.id AND chat_conversation.deleted_at IS NULL
    LEFT JOIN chat_run ON chat_run.conversation_id = chat_conversation.id AND chat_run.ended_at IS NULL
    WHERE chat_conversation.id IS NULL OR chat_run.id IS NOT NULL OR chat_conversation.revision > known.revision
"""  # noqa: S608 - the columns are fields of a model
_KNOWN_IN_SQLITE = "SELECT key AS id, value AS revision FROM json_each(%s)"
_KNOWN_IN_POSTGRES = "SELECT key::uuid AS id, value::bigint AS revision FROM json_each_text(%s::json)"
_FIELD_TYPES = {"leaf_id": UUID, "is_archived": bool, "is_pinned": bool}
"""The types of fields for which SQLite has no type."""


type News = tuple[UUID, ConversationState | None]
"""The id of a conversation, and its state; None if it does not exist or was deleted."""


def read_news_later(known_revisions: Mapping[UUID, int]) -> LazyRows[News]:
    """Read the state of these conversations if they are gone, have an active run, or a later revision.

    One query, which the sweep runs each second for all open conversations: those without news have no row.
    """
    source = _KNOWN_IN_SQLITE if uses_sqlite() else _KNOWN_IN_POSTGRES
    value = json.dumps({key.hex: revision for key, revision in known_revisions.items()})
    return read_later(_NEWS.format(source), [value], _to_news)


def _to_news(row: tuple[Any, ...]) -> News:
    known_id, conversation_id, answer_id, number, is_stop_requested, *values = row
    if conversation_id is None:
        return _convert(known_id, UUID), None
    fields = {name: _convert(value, _FIELD_TYPES.get(name)) for name, value in zip(SUMMARY_FIELDS, values, strict=True)}
    revision = fields.pop("revision")
    state = ConversationState(
        id=_convert(conversation_id, UUID),
        revision=revision,
        leaf_id=fields["leaf_id"],
        active=None if answer_id is None else (_convert(answer_id, UUID), number),
        is_stop_requested=bool(is_stop_requested),
        fields=fields,
    )
    return state.id, state


def _convert(value: Any, kind: type | None) -> Any:  # noqa: ANN401 - what a column holds
    """Return a value as PostgreSQL returns it."""
    return value if kind is None or value is None or isinstance(value, kind) else kind(value)


def find_own_conversation_id(user_id: UUID, public_id: UUID) -> UUID | None:
    """Return the internal id of the conversation that this user knows by `public_id`, None if there is none."""
    own = Conversation.objects.filter(owner_id=user_id, public_id=public_id, deleted_at=None)
    return own.values_list("id", flat=True).first()


def read_state(conversation_id: UUID) -> ConversationState | None:
    """Return the state of one conversation; None if it does not exist or was deleted."""
    _, state = read_news_later({conversation_id: UNKNOWN_REVISION}).one()
    return state


@dataclass(frozen=True, slots=True)
class ActiveAnswer:
    """An answer that is being written; `conversation_id` is the public id."""

    conversation_id: UUID
    message_id: UUID


def read_active_answers(user_id: UUID) -> list[ActiveAnswer]:
    own = Run.objects.filter(ended_at=None, conversation__owner_id=user_id, conversation__deleted_at=None)
    return [ActiveAnswer(*row) for row in own.values_list("conversation__public_id", "answer_id")]
