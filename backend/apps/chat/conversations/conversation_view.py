"""The fields of a conversation, listed once for REST, the change feed, the state of a connection and exports."""

from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from apps.chat.models import Conversation
from apps.chat.prompt_values import ChosenEffort
from apps.core.wire_text import MomentText, iso_milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    """A conversation in a list."""

    id: UUID
    title: str
    model: str
    is_archived: bool
    is_pinned: bool
    leaf_id: UUID | None
    revision: int
    created_at: MomentText
    updated_at: MomentText


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationView(ConversationSummary):
    """A conversation with everything that its owner can set."""

    system_prompt: str
    temperature: float
    reasoning_effort: ChosenEffort


_CONVERTED = ("id", "created_at", "updated_at")
SUMMARY_FIELDS = tuple(field.name for field in fields(ConversationSummary) if field.name not in _CONVERTED)
"""Fields of a summary that are shown as they are stored."""
_VIEW_FIELDS = tuple(field.name for field in fields(ConversationView) if field.name not in _CONVERTED)


def summarize_conversation(conversation: Conversation) -> ConversationSummary:
    """Return `conversation` as lists show it; reads no deferred field."""
    return ConversationSummary(**_show(conversation, SUMMARY_FIELDS))


def view_conversation(conversation: Conversation) -> ConversationView:
    """Return `conversation` with everything that its owner can set."""
    return ConversationView(**_show(conversation, _VIEW_FIELDS))


def _show(conversation: Conversation, names: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": conversation.public_id,
        "created_at": iso_milliseconds(conversation.created_at),
        "updated_at": iso_milliseconds(conversation.updated_at),
        **{name: getattr(conversation, name) for name in names},
    }
