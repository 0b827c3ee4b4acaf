"""Endings of runs, stored in one transaction: the whole text, and how the run ended."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import structlog

from apps.chat.answers.runs import ENDING_FIELDS, add_run, apply_ending, interrupt_dead_run, lock_run
from apps.chat.conversations.change_count import count_answer_change_later
from apps.chat.conversations.services import record_activity_later
from apps.chat.conversations.text_bytes import count_bytes
from apps.chat.events import AnswerStatus, AnswerText, Ending, Usage
from apps.chat.models import Conversation, Message, Run
from apps.chat.notify.notifications import ChangeNotification, ConversationUpdatedNotification
from apps.chat.providers.tokens import count_tokens
from apps.core.notify import notify
from apps.core.outages import is_outage
from apps.core.round_trips import LazyRows, write
from apps.core.row_writes import update_row_if
from apps.core.sql_values import prepare_value
from apps.core.transactions import CompactTransaction

logger = structlog.get_logger(__name__)

INTERNAL_ERROR_ENDING = Ending(AnswerStatus.ERROR, error_code="INTERNAL_ERROR")


@dataclass(frozen=True, slots=True)
class StoredEnding:
    """A stored ending of a run, and its change, which is known once the transaction is committed."""

    ending: Ending
    run_id: int
    answer: Message
    conversation_rows: LazyRows[Conversation]
    change_rows: LazyRows[ChangeNotification]

    @property
    def conversation(self) -> Conversation:
        """The conversation, with its new revision."""
        return self.conversation_rows.one()

    @property
    def change(self) -> ChangeNotification:
        return self.change_rows.one()


type RunEnder = Callable[[AnswerText, Ending], tuple[Run, int] | None]
"""Stores how a run ended, within a transaction: `store_own_ending` or `store_ending_for_dead_writer`.

Returns the run that ends the answer, and the bytes of text that the answer gained; None, without a change, if the run
was deleted or taken over.
"""


def store_ending(end: RunEnder, text: AnswerText, ending: Ending) -> StoredEnding | None:
    """Store the whole text of an answer and the ending of a run in one transaction.

    Returns None, and changes nothing, if `end` does.
    """
    with CompactTransaction(savepoint=False):
        ended = end(text, ending)
        if ended is None:
            return None
        run, gained = ended
        answer = run.answer
        return None if answer is None else _store_answer_and_change(run, answer, text, ending, gained)


def store_ending_or_error(answer_id: UUID, end: RunEnder, text: AnswerText, ending: Ending) -> StoredEnding | None:
    """Store an ending as `store_ending` does; after a fault, store the text all the same, but end as `error`.

    An outage is raised: the caller tries again.
    """
    try:
        return store_ending(end, text, ending)
    except Exception as error:
        if is_outage(error):
            raise
        logger.exception("ending_stored_as_error", answer_id=str(answer_id))
        return store_ending(end, text, INTERNAL_ERROR_ENDING)


def store_own_ending(run: Run, text: AnswerText, ending: Ending) -> tuple[Run, int] | None:
    """End a run that this worker has written: the write itself locks it, and finds out whether it is still active."""
    apply_ending(run, ending)
    if not update_row_if("ended_at IS NULL AND answer_id IS NOT NULL", run, *ENDING_FIELDS):
        return None
    return run, _count_gained_bytes(run, text)


def store_ending_for_dead_writer(
    answer_id: UUID, number: int, text: AnswerText, ending: Ending
) -> tuple[Run, int] | None:
    """End the run of a dead writer as interrupted, and add a run without text, which holds the ending of the answer."""
    dead = lock_run(answer_id, number)
    if dead is None or dead.answer is None:
        return None
    interrupt_dead_run(dead)
    run = Run(conversation=dead.conversation, kind=dead.kind, session_id=dead.session_id)
    apply_ending(run, ending)
    answer = dead.answer
    answer.conversation = dead.conversation
    answer.content, answer.reasoning, answer.seq = text.content, text.reasoning, text.seq
    add_run(run, answer)
    return run, _count_gained_bytes(dead, text)


def _count_gained_bytes(run: Run, text: AnswerText) -> int:
    return count_bytes(text.content[run.content_base :], text.reasoning[run.reasoning_base :])


_SAVE_ANSWER = (
    "UPDATE chat_message SET content = %s, reasoning = %s, seq = %s, token_count = %s, "
    "prompt_tokens = %s, completion_tokens = %s WHERE id = %s"
)


def _store_answer_and_change(run: Run, answer: Message, text: AnswerText, ending: Ending, gained: int) -> StoredEnding:
    conversation_rows = record_activity_later(run.conversation)
    answer.content = text.content  # For the search index.
    tokens = None if ending is INTERNAL_ERROR_ENDING else _count_exact_tokens(answer.model_used, text.content)
    usage = ending.usage or Usage()
    # The terminal event has its own number.
    values = [text.content, text.reasoning, text.seq + 1, tokens]
    values.append(_add_tokens(answer.prompt_tokens, usage.prompt_tokens))
    values.append(_add_tokens(answer.completion_tokens, usage.completion_tokens))
    write(_SAVE_ANSWER, [*values, prepare_value(answer.id)])
    change_rows = count_answer_change_later("answer.ended", run.conversation, answer.id, ending.status, gained)
    return StoredEnding(ending, run.id, answer, conversation_rows, change_rows)


def _count_exact_tokens(model: str, text: str) -> int | None:
    counted = count_tokens(model, text)
    return counted.tokens if counted.is_exact else None


def _add_tokens(before: int | None, added: int | None) -> int | None:
    return before if added is None else (before or 0) + added


async def notify_ending(ended: StoredEnding) -> None:
    """Notify the connections of the conversation, and the change feed of its owner, of a stored ending."""
    conversation = ended.conversation
    updated = ConversationUpdatedNotification(
        conversation_id=conversation.id, revision=conversation.revision, changes={}
    )
    await notify(updated, ended.change)
