"""Exporting conversations to files: Markdown for reading, JSON with everything."""

import json
from collections.abc import AsyncIterator
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.utils import timezone

from apps.chat.conversations.branches import find_current_branch, read_branch
from apps.chat.conversations.conversation_view import ConversationView, view_conversation
from apps.chat.conversations.messages import MessageView, view_message
from apps.chat.conversations.selectors import live_conversations
from apps.chat.models import Conversation, Role
from apps.core.database import run_in_database
from apps.core.timestamps import iso_milliseconds

type ExportLanguage = Literal["en", "zh-TW"]

FORMAT = "ai-chat-export"
VERSION = 1
# Conversations per query when all of them are exported.
PORTION = 20
# What only the server that stores it can use, and what follows from `parent_id`.
NOT_EXPORTED = {"revision", "run", "seq", "sibling_ids", "context_dropped"}

_SPEAKERS: dict[ExportLanguage, dict[str, str]] = {
    "en": {Role.USER: "User", Role.ASSISTANT: "Assistant"},
    "zh-TW": {Role.USER: "使用者", Role.ASSISTANT: "助理"},
}


def export_as_markdown(conversation: Conversation, language: ExportLanguage) -> str:
    """Return the current branch as Markdown: the title, then each message under its author."""
    speakers = _SPEAKERS[language]
    parts = [f"# {conversation.title}"]
    for message in read_branch(find_current_branch(conversation)):
        author = speakers[message.role] + (f" ({message.model_used})" if message.model_used else "")
        parts += [f"## {author}", message.content]
    return "\n\n".join(parts) + "\n"


def export_as_json(conversation: Conversation) -> str:
    """Return the whole conversation with all branches, in the format of a full export."""
    return f"{_opening()}\n{_conversation_json(conversation)}\n]}}\n"


async def export_all(owner_id: UUID) -> AsyncIterator[str]:
    """Yield a JSON file with every conversation of an owner, archived ones too, piece by piece."""
    yield _opening()
    separator = "\n"
    last = UUID(int=0)
    while portion := await run_in_database(_read_portion, owner_id, last):
        last = portion[-1][0]
        for _, text in portion:
            yield separator + text
            separator = ",\n"
    yield "\n]}\n"


def _read_portion(owner_id: UUID, after: UUID) -> list[tuple[UUID, str]]:
    portion = live_conversations(owner_id).filter(id__gt=after).order_by("id")[:PORTION]
    return [(conversation.id, _conversation_json(conversation)) for conversation in portion]


def _opening() -> str:
    head = {"format": FORMAT, "version": VERSION, "exported_at": iso_milliseconds(timezone.now())}
    return f'{json.dumps(head)[:-1]}, "conversations": ['


def _conversation_json(conversation: Conversation) -> str:
    shown = _exported(view_conversation(conversation))
    messages = conversation.messages.select_related("latest_run").order_by("id")
    shown["messages"] = [_exported(view_message(message, [])) for message in messages]
    return json.dumps(shown, ensure_ascii=False)


def _exported(view: ConversationView | MessageView) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(view)
    return {name: value for name, value in shown.items() if name not in NOT_EXPORTED}
