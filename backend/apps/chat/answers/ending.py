"""Storing the endings of runs: first the text, in one transaction, then what the search finds it by."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from apps.chat.conversations.change_feed import count_answer_change
from apps.chat.events import ACTIVE_STATUSES, AnswerStatus, AnswerText, Ending
from apps.chat.models import Conversation, Message
from apps.chat.notify.notifications import Change
from apps.chat.providers.tokens import count_tokens
from apps.chat.search.index import index_message
from apps.core.outages import is_outage, log_failure

logger = structlog.get_logger(__name__)

FAULT_OF_OURS = Ending(AnswerStatus.ERROR, error_code="INTERNAL_ERROR")


@dataclass(frozen=True, slots=True)
class StoredEnding:
    """The ending of a run as it is stored, and what it changed in the conversation."""

    ending: Ending
    revision: int
    change: Change


def store_ending(
    answer_id: UUID, run: int, text: AnswerText, ending: Ending, *, taken_from: int | None = None
) -> StoredEnding | None:
    """Store the whole text and the ending of a run; `taken_from` is the run of a dead writer that this one takes over.

    Returns None, and changes nothing, if the answer is gone or has been taken over. A fault that trying again does not
    cure costs the ending, but never the text: the run then ends as `error`. Only outages are worth trying again.
    """
    try:
        message, stored = _save(answer_id, taken_from or run, run, text, ending)
    except Exception as error:
        if is_outage(error):
            raise
        logger.exception("ending_stored_as_error", answer_id=str(answer_id), run=run)
        message, stored = _save(answer_id, taken_from or run, run, text, FAULT_OF_OURS)
    if message is not None:
        _index(message)
    return stored


def _index(message: Message) -> None:
    # After the commit: a fault of the index must not cost the text, nor keep the conversation busy.
    try:
        index_message(message)
    except Exception as error:  # noqa: BLE001 - the text is safe without it
        log_failure(logger, "text_not_indexed", error, answer_id=str(message.id))


@transaction.atomic
def _save(
    answer_id: UUID, writing_run: int, run: int, text: AnswerText, ending: Ending
) -> tuple[Message, StoredEnding] | tuple[None, None]:
    messages = Message.objects.select_for_update(of=("self",))
    message = messages.filter(id=answer_id, run=writing_run, status__in=ACTIVE_STATUSES).first()
    if message is None:
        return None, None
    if writing_run != run:
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
    message.token_count = None if ending is FAULT_OF_OURS else _count_exactly(message.model_used, text.content)
    if ending.usage is not None:
        message.prompt_tokens = _add(message.prompt_tokens, ending.usage.prompt_tokens)
        message.completion_tokens = _add(message.completion_tokens, ending.usage.completion_tokens)
    message.save(force_update=True)
    message.conversation = touch(message.conversation_id)
    change = count_answer_change("answer.ended", message.conversation, message.id, ending.status)
    return message, StoredEnding(ending, message.conversation.revision, change)


def touch(conversation_id: UUID) -> Conversation:
    """Raise the revision of a conversation, and return it with its new revision, without its system prompt."""
    touched = Conversation.objects.filter(id=conversation_id)
    touched.update(revision=F("revision") + 1, updated_at=timezone.now())
    return touched.defer("system_prompt").get()


def _count_exactly(model: str, text: str) -> int | None:
    counted = count_tokens(model, text)
    return counted.tokens if counted.is_exact else None


def _add(before: int | None, more: int | None) -> int | None:
    return before if more is None else (before or 0) + more
