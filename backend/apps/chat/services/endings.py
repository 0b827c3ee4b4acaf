"""Storing how answers ended: by their writers, and for writers that died."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.chat.events import ACTIVE_STATUSES, AnswerStatus, AnswerText, Ending
from apps.chat.models import Conversation, Message
from apps.chat.providers.tokens import count_tokens
from apps.chat.services.search_index import index_message


@transaction.atomic
def save_ending(answer_id: UUID, run: int, text: AnswerText, ending: Ending) -> int | None:
    """Store the whole text and the end of a run and return the conversation's new revision.

    Without effect, and None, when the answer is gone or has been taken over.
    """
    messages = Message.objects.select_related("conversation").select_for_update(of=("self",))
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
    _touch([message.conversation_id])
    return Conversation.objects.values_list("revision", flat=True).get(id=message.conversation_id)


@transaction.atomic
def interrupt_leftovers() -> int:
    """End the answers that a dead process left unfinished as `interrupted`; return how many.

    Their run grows by one: what readers saw after the last checkpoint is of a run that is over, so they are reset.
    """
    leftovers = Message.objects.filter(status__in=ACTIVE_STATUSES)
    conversation_ids = list(leftovers.values_list("conversation_id", flat=True))
    count = leftovers.update(
        status=AnswerStatus.INTERRUPTED,
        run=F("run") + 1,
        run_base=F("seq"),
        seq=F("seq") + 1,
        ended_at=timezone.now(),
    )
    _touch(conversation_ids)
    return count


def _touch(conversation_ids: list[UUID]) -> None:
    now = timezone.now()
    Conversation.objects.filter(id__in=conversation_ids).update(revision=F("revision") + 1, updated_at=now)


def _add(before: int | None, more: int | None) -> int | None:
    return before if more is None else (before or 0) + more
