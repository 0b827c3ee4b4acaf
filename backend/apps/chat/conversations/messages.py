"""Messages as both edges show them, and the branches that they form."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from apps.chat.models import Message
from apps.core.timestamps import iso_milliseconds


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message with the fields, names and order of the wire (docs/api.md, section 6)."""

    id: UUID
    role: str
    content: str
    prompt_tokens: int | None
    completion_tokens: int | None
    model_used: str
    created_at: str
    status: str
    finish_reason: str | None
    error_code: str | None
    reasoning: str
    run: int
    seq: int
    parent_id: UUID | None
    sibling_ids: list[UUID]
    context_dropped: int


def view_message(message: Message, sibling_ids: list[UUID]) -> MessageView:
    """Return `message` as it is shown; `sibling_ids` include its own, oldest first."""
    return MessageView(
        id=message.id,
        role=message.role,
        content=message.content,
        prompt_tokens=message.prompt_tokens,
        completion_tokens=message.completion_tokens,
        model_used=message.model_used,
        created_at=iso_milliseconds(message.created_at),
        status=message.status,
        finish_reason=message.finish_reason,
        error_code=message.error_code,
        reasoning=message.reasoning,
        run=message.run,
        seq=message.seq,
        parent_id=message.parent_id,
        sibling_ids=sibling_ids,
        context_dropped=message.context_dropped,
    )


def view_messages(messages: Sequence[Message]) -> list[MessageView]:
    """Return messages of one conversation as they are shown; one more query for all their siblings."""
    siblings = _find_siblings(messages)
    return [view_message(message, siblings[message.parent_id]) for message in messages]


def _find_siblings(messages: Iterable[Message]) -> dict[UUID | None, list[UUID]]:
    found: dict[UUID | None, list[UUID]] = {message.parent_id: [] for message in messages}
    if not found:
        return found
    conversation_id = next(iter(messages)).conversation_id
    rows = Message.objects.filter(conversation_id=conversation_id).order_by("id").values_list("parent_id", "id")
    parents = [parent for parent in found if parent is not None]
    for parent_id, message_id in rows.filter(parent_id__in=parents):
        found[parent_id].append(message_id)
    if None in found:
        found[None] = [message_id for _, message_id in rows.filter(parent_id=None)]
    return found
