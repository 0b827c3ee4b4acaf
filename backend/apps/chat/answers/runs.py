"""Runs of answers: find the active runs, begin the next run of an answer, and end a run."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from apps.chat.events import AnswerStatus, Ending, Usage
from apps.chat.models import Message, Run
from apps.core.round_trips import LazyRows, read_later
from apps.core.row_writes import insert_row, update_row
from apps.core.sql_values import prepare_value

ENDING_FIELDS = (
    "status",
    "finish_reason",
    "error_code",
    "context_dropped",
    "images_dropped",
    "ended_at",
    "prompt_tokens",
    "completion_tokens",
    "cached_tokens",
    "reasoning_tokens",
    "tail_content",
    "tail_reasoning",
)
"""The fields that `apply_ending` sets."""


def select_active_runs() -> QuerySet[Run]:
    return Run.objects.filter(ended_at=None)


# Subqueries, because a join would read all conversations of the user.
_LIMIT_USE = """
    SELECT (
        SELECT COUNT(*) FROM chat_run
        WHERE ended_at IS NULL AND (SELECT owner_id FROM chat_conversation WHERE id = chat_run.conversation_id) = %s
    ) + (SELECT COUNT(*) FROM chat_apicall WHERE ended_at IS NULL AND owner_id = %s),
    COALESCE((SELECT text_bytes FROM chat_changecount WHERE owner_id = %s), 0)
"""


class LimitUse(NamedTuple):
    """A user's use of the limits: answers that are being written, also through `/v1`, and bytes of stored texts."""

    answers: int
    text_bytes: int


def read_limit_use_later(owner_id: UUID) -> LazyRows[LimitUse]:
    """Read a user's use of the limits; the result is one row.

    It reads the active runs of all users, which are few. Lock the user's change count first, so that one user's
    commands are serialized.
    """
    return read_later(_LIMIT_USE, [prepare_value(owner_id)] * 3, LimitUse._make)


def lock_run(answer_id: UUID, number: int) -> Run | None:
    """Lock an active run and its conversation, and return the run with its answer and conversation."""
    # The run, then the conversation: the order that every transaction keeps.
    runs = select_active_runs().select_for_update(of=("self", "conversation")).select_related("answer", "conversation")
    return runs.filter(answer_id=answer_id, number=number).first()


def add_run(run: Run, answer: Message) -> None:
    """Store `run` as the latest of `answer`, after the text that the answer has; a new answer is stored with it.

    Raises:
        IntegrityError: another run of the conversation is active.
    """
    run.answer = answer
    run.number = answer.run.number + 1
    run.base = answer.seq
    run.content_base = len(answer.content)
    run.reasoning_base = len(answer.reasoning)
    # The run first, so that the answer is written once; its foreign key is checked at the commit.
    insert_row(run)
    answer.latest_run = run
    if answer._state.adding:
        insert_row(answer)
    else:
        update_row(answer, "latest_run", "model_used")


def apply_ending(run: Run, ending: Ending) -> None:
    """Set how a run ended; the caller stores it."""
    run.status = ending.status
    run.finish_reason = ending.finish_reason
    run.error_code = ending.error_code
    run.context_dropped = ending.context_dropped
    run.images_dropped = ending.images_dropped
    run.ended_at = timezone.now()
    run.tail_content = run.tail_reasoning = ""
    usage = ending.usage or Usage()
    run.prompt_tokens, run.completion_tokens = usage.prompt_tokens, usage.completion_tokens
    run.cached_tokens, run.reasoning_tokens = usage.cached_tokens, usage.reasoning_tokens


def interrupt_dead_run(dead: Run) -> None:
    """Store that the writer of a run has died, so that the next can begin; the caller stores the text of the run."""
    apply_ending(dead, Ending(AnswerStatus.INTERRUPTED))
    dead.is_indexed = True  # The ending of the next run brings the index up to date.
    dead.save(update_fields=[*ENDING_FIELDS, "is_indexed"])
