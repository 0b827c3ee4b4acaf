"""Exports of conversations to files: Markdown for reading, JSON with everything."""

import json
from collections.abc import AsyncGenerator
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from django.utils import timezone

from apps.chat.attachments.export import export_attachments
from apps.chat.attachments.links import find_attachments_of_messages
from apps.chat.conversations.branches import find_current_branch, read_first_messages, take_messages_that_fit
from apps.chat.conversations.conversation_view import ConversationView, view_conversation
from apps.chat.conversations.message_view import MessageView, view_message
from apps.chat.conversations.selectors import select_live_conversations
from apps.chat.models import DEFAULT_TITLE, Attachment, AttachmentKind, Conversation, Message, Role
from apps.core.database import run_in_database
from apps.core.statements import Select
from apps.core.wire_text import iso_milliseconds

ExportLanguage = Literal["en", "zh-TW"]

EXPORT_FORMAT = "ai-chat-export"
EXPORT_VERSION = 1
BATCH_SIZE = 20
"""Conversations, or messages of one conversation, that are read at once."""

# Fields that are of use on this server only, or that follow from `parent_id`.
NOT_EXPORTED = {
    "revision", "run", "seq", "sibling_ids", "context_dropped", "images_dropped", "attachments",
}  # fmt: skip

# The name that the pages show for a conversation without a title.
_UNTITLED: dict[ExportLanguage, str] = {"en": "Untitled chat", "zh-TW": "未命名的對話"}

_AUTHORS: dict[ExportLanguage, dict[str, str]] = {
    "en": {Role.USER: "User", Role.ASSISTANT: "Assistant"},
    "zh-TW": {Role.USER: "使用者", Role.ASSISTANT: "助理"},
}

_ATTACHMENTS: dict[ExportLanguage, dict[str, str]] = {
    "en": {"image": "[image: {}]", "document": "[document: {}]"},
    "zh-TW": {"image": "[圖片：{}]", "document": "[檔案：{}]"},
}
_COMMAS: dict[ExportLanguage, str] = {"en": ", ", "zh-TW": "，"}


def _select_messages(conversation_id: UUID, after: UUID) -> QuerySet[Message]:
    messages = Message.objects.filter(conversation=conversation_id, id__gt=after).select_related("latest_run")
    return take_messages_that_fit(messages, "id")[:BATCH_SIZE]


_MESSAGES_AFTER = Select(_select_messages, UUID, UUID)
"""The next messages of a conversation; compiled for each conversation, it would take 8 ms of CPU time."""


async def export_as_markdown(conversation: Conversation, language: ExportLanguage) -> AsyncGenerator[str]:
    """Yield the current branch as Markdown, message by message: the title, then each message under its author."""
    yield f"# {_UNTITLED[language] if conversation.title == DEFAULT_TITLE else conversation.title}"
    branch = await run_in_database(find_current_branch, conversation)
    offset = 0
    while messages := await run_in_database(read_first_messages, branch, offset, offset + BATCH_SIZE):
        offset += len(messages)
        attachments = await run_in_database(find_attachments_of_messages, messages)
        for message in messages:
            author = _AUTHORS[language][message.role] + (f" ({message.model_used})" if message.model_used else "")
            named = [_name_attachment(attachment, language) for attachment in attachments.get(message.id, ())]
            yield f"\n\n## {author}\n\n" + "\n\n".join([*named, message.text.content])
    yield "\n"


def _name_attachment(attachment: Attachment, language: ExportLanguage) -> str:
    """Return the name, and the description of an image, in one line; the description of a document is its text."""
    description = " ".join(attachment.description.split()) if attachment.kind == AttachmentKind.IMAGE else ""
    named = (_COMMAS[language] if description else "").join((attachment.name, description))
    return _ATTACHMENTS[language][attachment.kind].format(named)


async def export_as_json(conversation: Conversation) -> AsyncGenerator[str]:
    """Yield the whole conversation with all branches, message by message, in the format of a full export."""
    yield f"{_encode_head()}\n"
    async for piece in _encode_conversation(conversation):
        yield piece
    yield "\n]}\n"


async def export_all(owner_id: UUID) -> AsyncGenerator[str]:
    """Yield a JSON file with every conversation of an owner, archived ones too, message by message."""
    yield _encode_head()
    separator = "\n"
    last = UUID(int=0)
    while batch := await run_in_database(_read_conversations, owner_id, last):
        last = batch[-1].id
        for conversation in batch:
            yield separator
            async for piece in _encode_conversation(conversation):
                yield piece
            separator = ",\n"
    yield "\n]}\n"


def _read_conversations(owner_id: UUID, after: UUID) -> list[Conversation]:
    return list(select_live_conversations(owner_id).filter(id__gt=after).order_by("id")[:BATCH_SIZE])


def _encode_head() -> str:
    head = {"format": EXPORT_FORMAT, "version": EXPORT_VERSION, "exported_at": iso_milliseconds(timezone.now())}
    return f'{json.dumps(head)[:-1]}, "conversations": ['


async def _encode_conversation(conversation: Conversation) -> AsyncGenerator[str]:
    yield f'{json.dumps(_select_exported(view_conversation(conversation)), ensure_ascii=False)[:-1]}, "messages": ['
    separator = ""
    last = UUID(int=0)
    while messages := await run_in_database(_MESSAGES_AFTER.all, conversation.id, last):
        last = messages[-1].id
        attachments = await run_in_database(find_attachments_of_messages, messages)
        for message in messages:
            exported = json.dumps(_select_exported(view_message(message, [])), ensure_ascii=False)
            yield f'{separator}{exported[:-1]}, "attachments": ['
            async for piece in export_attachments(attachments.get(message.id, ())):
                yield piece
            yield "]}"
            separator = ", "
    yield "]}"


def _select_exported(view: ConversationView | MessageView) -> dict[str, Any]:
    shown: dict[str, Any] = msgspec.to_builtins(view)
    return {name: value for name, value in shown.items() if name not in NOT_EXPORTED}
