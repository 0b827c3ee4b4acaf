"""Storing how answers ended."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.chat.conversations.change_feed import Change, count_answer_change
from apps.chat.events import ACTIVE_STATUSES, AnswerText, Ending
from apps.chat.models import Conversation, Message
from apps.chat.providers.tokens import count_tokens
from apps.chat.search.index import index_message


@dataclass(frozen=True, slots=True)
class SavedEnding:
    """What the end of a run made of its conversation, and the change that its owner is told."""

    revision: int
    change: Change


@transaction.atomic
def save_ending(
    answer_id: UUID, run: int, text: AnswerText, ending: Ending, *, taken_from: int | None = None
) -> SavedEnding | None:
    """Store the whole text and the end of a run; `taken_from` is the run of a dead writer that this one takes over.

    Without effect, and None, when the answer is gone or has been taken over.
    """
    messages = Message.objects.select_for_update(of=("self",))
    message = messages.filter(id=answer_id, run=taken_from or run, status__in=ACTIVE_STATUSES).first()
    if message is None:
        return None
    if taken_from is not None:
        message.run = run
        message.run_base = text.seq
    message.content = text.content
    message.reasoning = text.reasoning
    message.seq = text.seq + 1  # The terminal event has a number of its own.
    message.status = ending.status
    message.finish_reason = ending.finish_reason
    message.error_code = ending.error_code
    message.context_dropped = ending.context_dropped
    message.ended_at = timezone.now()
    counted = count_tokens(message.model_used, text.content)
    message.token_count = counted.tokens if counted.is_exact else None
    if ending.usage is not None:
        message.prompt_tokens = _add(message.prompt_tokens, ending.usage.prompt_tokens)
        message.completion_tokens = _add(message.completion_tokens, ending.usage.completion_tokens)
    message.save(force_update=True)
    index_message(message)
    conversation = touch(message.conversation_id)
    change = count_answer_change("answer.ended", conversation, message.id, ending.status)
    return SavedEnding(conversation.revision, change)


def touch(conversation_id: UUID) -> Conversation:
    """Raise the revision of a conversation, and return it as it is then, without what is long."""
    touched = Conversation.objects.filter(id=conversation_id)
    touched.update(revision=F("revision") + 1, updated_at=timezone.now())
    return touched.defer("system_prompt").get()


def _add(before: int | None, more: int | None) -> int | None:
    return before if more is None else (before or 0) + more
