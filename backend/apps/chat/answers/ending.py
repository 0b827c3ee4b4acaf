"""Storing the endings of runs: the whole text and how it ended, in one transaction."""

from dataclasses import dataclass
from uuid import UUID

import structlog

from apps.chat.answers.runs import ENDING_FIELDS, add_run, end_run, lock_run, supersede_run
from apps.chat.conversations.change_count import count_answer_change
from apps.chat.conversations.services import record_activity
from apps.chat.events import AnswerStatus, AnswerText, Ending, Usage
from apps.chat.models import Message, Run
from apps.chat.notify.notifications import ChangeNotification
from apps.chat.providers.tokens import count_tokens
from apps.core.outages import is_outage
from apps.core.row_writes import update_row
from apps.core.statements import Later
from apps.core.transactions import CompactTransaction

logger = structlog.get_logger(__name__)

INTERNAL_ERROR_ENDING = Ending(AnswerStatus.ERROR, error_code="INTERNAL_ERROR")


@dataclass(frozen=True, slots=True)
class StoredEnding:
    """The ending of a run as it is stored, and what it changed in the conversation."""

    ending: Ending
    revision: int
    counted: Later[ChangeNotification]
    is_untitled: bool
    run_id: int
    answer: Message

    @property
    def change(self) -> ChangeNotification:
        """The change that is counted; known once the ending is committed."""
        return self.counted.one()


def store_ending(
    answer_id: UUID,
    number: int,
    text: AnswerText,
    ending: Ending,
    taken_from: int | None = None,
) -> StoredEnding | None:
    """Store the whole text and the ending of a run; after a fault, store the text and end the run as `error`.

    `taken_from` is the number of a dead writer's run, if this run only ends its answer. Returns None, and changes
    nothing, if the answer was deleted or taken over. An outage is raised: the caller tries again.
    """
    try:
        return save_ending(answer_id, number, text, ending, taken_from)
    except Exception as error:
        if is_outage(error):
            raise
        logger.exception("ending_stored_as_error", answer_id=str(answer_id), run=number)
        return save_ending(answer_id, number, text, INTERNAL_ERROR_ENDING, taken_from)


def save_ending(
    answer_id: UUID, number: int, text: AnswerText, ending: Ending, taken_from: int | None = None
) -> StoredEnding | None:
    """Store the ending in one transaction, as `store_ending` does, but raise every fault."""
    with CompactTransaction(savepoint=False):
        run = lock_run(answer_id, taken_from or number)
        if run is None or run.answer is None:
            return None
        return _save(run, run.answer, text, ending, taken_from)


def _save(run: Run, answer: Message, text: AnswerText, ending: Ending, taken_from: int | None) -> StoredEnding:
    answer.content, answer.reasoning, answer.seq = text.content, text.reasoning, text.seq
    if taken_from is None:
        end_run(run, ending)
        update_row(run, *ENDING_FIELDS)
    else:
        run = _take_over(run, answer, ending)
    answer.seq += 1  # The terminal event has its own number.
    answer.token_count = None if ending is INTERNAL_ERROR_ENDING else _count_exactly(answer.model_used, text.content)
    usage = ending.usage or Usage()
    answer.prompt_tokens = _add(answer.prompt_tokens, usage.prompt_tokens)
    answer.completion_tokens = _add(answer.completion_tokens, usage.completion_tokens)
    update_row(answer, "content", "reasoning", "seq", "token_count", "prompt_tokens", "completion_tokens")
    answer.conversation = run.conversation
    record_activity(run.conversation)
    change = count_answer_change("answer.ended", run.conversation, answer.id, ending.status)
    conversation = run.conversation
    return StoredEnding(ending, conversation.revision, change, conversation.is_untitled, run.id, answer)


def _take_over(dead: Run, answer: Message, ending: Ending) -> Run:
    """End the run of a dead writer, and store the run that only ends the answer."""
    supersede_run(dead)
    run = Run(conversation=dead.conversation, kind=dead.kind, session_id=dead.session_id)
    end_run(run, ending)
    add_run(run, answer)
    return run


def _count_exactly(model: str, text: str) -> int | None:
    counted = count_tokens(model, text)
    return counted.tokens if counted.is_exact else None


def _add(before: int | None, more: int | None) -> int | None:
    return before if more is None else (before or 0) + more
