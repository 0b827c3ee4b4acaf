"""Storing how answers ended: by their writers, and for writers that died."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.chat.events import ACTIVE_STATUSES, AnswerStatus, AnswerText, Ending
from apps.chat.models import Conversation, Message
from apps.chat.providers.tokens import count_tokens
from apps.chat.services.changes import Change, count_answer_change
from apps.chat.services.search_index import index_message


@dataclass(frozen=True, slots=True)
class SavedEnding:
    """What the end of a run made of its conversation, and the change that its owner is told."""

    revision: int
    change: Change


@transaction.atomic
def save_ending(answer_id: UUID, run: int, text: AnswerText, ending: Ending) -> SavedEnding | None:
    """Store the whole text and the end of a run.

    Without effect, and None, when the answer is gone or has been taken over.
    """
    messages = Message.objects.select_for_update(of=("self",))
    message = messages.filter(id=answer_id, run=run, status__in=ACTIVE_STATUSES).first()
    if message is None:
        return None
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
    conversation = _touch(message.conversation_id)
    change = count_answer_change("answer.ended", conversation, message.id, ending.status)
    return SavedEnding(conversation.revision, change)


@transaction.atomic
def interrupt_leftovers() -> int:
    """End the answers that a dead process left unfinished as `interrupted`; return how many.

    Their run grows by one: what readers saw after the last checkpoint is of a run that is over, so they are reset.
    """
    leftovers = Message.objects.filter(status__in=ACTIVE_STATUSES)
    ended = list(leftovers.order_by("conversation__owner_id").values_list("conversation_id", "id"))
    count = leftovers.update(
        status=AnswerStatus.INTERRUPTED,
        run=F("run") + 1,
        run_base=F("seq"),
        seq=F("seq") + 1,
        ended_at=timezone.now(),
    )
    conversations = [_touch(conversation_id) for conversation_id, _ in ended]
    for conversation, (_, answer_id) in zip(conversations, ended, strict=True):
        count_answer_change("answer.ended", conversation, answer_id, AnswerStatus.INTERRUPTED)
    return count


def _touch(conversation_id: UUID) -> Conversation:
    """Raise the revision of a conversation, and return it as it is then, without what is long."""
    touched = Conversation.objects.filter(id=conversation_id)
    touched.update(revision=F("revision") + 1, updated_at=timezone.now())
    return touched.defer("system_prompt").get()


def _add(before: int | None, more: int | None) -> int | None:
    return before if more is None else (before or 0) + more
