"""The turn that a command begins: question, pending answer and run, stored in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from apps.chat.answers.errors import AlreadyProcessingError, InvalidMessageError, NoConversationError
from apps.chat.answers.indexing import IndexableQuestion
from apps.chat.answers.new_messages import (
    find_leaf_later,
    find_next_siblings_later,
    find_question_attachments,
    prepare_messages,
)
from apps.chat.answers.prompt import build_prompt
from apps.chat.answers.rate_count import RateCount
from apps.chat.answers.request import AnswerRequest, RequestKind
from apps.chat.answers.runs import QuotaUsage, add_run, read_quota_usage_later
from apps.chat.answers.turn_view import TURN_RELATIONS, Turn, find_messages_of_run, view_turn
from apps.chat.attachments.errors import StorageFullError
from apps.chat.attachments.links import link_attachments
from apps.chat.conversations.change_count import count_answer_change_later, lock_change_count
from apps.chat.conversations.text_bytes import ROW_BYTES, count_bytes
from apps.chat.events import AnswerStatus, AnswerText
from apps.chat.models import Attachment, Conversation, Message, Run
from apps.chat.notify.notifications import ChangeNotification
from apps.chat.prompt_values import Prompt
from apps.core.errors import NotFoundError, RateLimitError
from apps.core.round_trips import LazyRows, round_trips
from apps.core.row_writes import insert_row, new_row, next_key_later, update_row
from apps.core.statements import Select
from apps.core.transactions import CompactTransaction

RETRY_SECONDS = 5
"""Seconds after which a user with too many running answers may try again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWork:
    """The input of the task that writes a new `run`; `text` is the text that the answer already has."""

    run: Run
    subject: str
    """The text of the question, or the names of its files."""

    text: AnswerText
    prompt: Prompt
    context_dropped: int
    images_dropped: int
    wants_title: bool
    indexable_question: IndexableQuestion | None
    """The question, and whether the search finds it; None after a takeover, when that is not known."""

    change: ChangeNotification


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """The user and session that request an answer, and the worker that will write it."""

    user_id: UUID
    session_id: UUID
    worker_id: UUID


@dataclass(frozen=True, slots=True)
class NewRun:
    """A new run, and its change, which is known once the statements are executed."""

    run: Run
    change_rows: LazyRows[ChangeNotification]
    siblings: Sequence[UUID] | None
    """The existing siblings of its new question; None if they are not known."""


@dataclass(frozen=True, slots=True)
class RepeatedRun:
    """The run that the same command has started before."""

    run: Run


type StoredRun = NewRun | RepeatedRun


def store_run_alone(
    requester: Requester, conversation_id: UUID, request: AnswerRequest, rate_count: RateCount
) -> StoredRun:
    """Store the turn of `request` in its own transaction.

    Raises:
        NoConversationError: the conversation is missing or another user's.
        NotFoundError, InvalidMessageError: the request names a message or an attachment that is not there or does not
            fit.
        ImagesNotSupportedError: the model is known not to see the question's images.
        AlreadyProcessingError: an answer is being written.
        RateLimitError: over `ANSWERS_PER_USER` or `MESSAGE_RATE`.
        StorageFullError: the user's texts have reached `STORAGE_PER_USER` bytes.
    """
    retry_after = rate_count.count()
    try:
        with CompactTransaction():
            return store_run(requester, conversation_id, request, retry_after)
    except IntegrityError as error:
        # Two workers at once: the unique index of the database allows one.
        raise AlreadyProcessingError from error


def prepare_turn(request: AnswerRequest, stored: StoredRun) -> tuple[Turn, RunWork | None]:
    """Return the turn that was stored, and the work of its writer; no work for a repeated command."""
    match stored:
        case RepeatedRun(run):
            if run.answer is None:
                raise NotFoundError("This command was already processed, and its answer has since been deleted.")
            return replace(view_turn(run), is_repeat=True), None
        case NewRun(run, change_rows, siblings):
            has_new_question = request.kind in {RequestKind.MESSAGE, RequestKind.EDIT}
            return prepare_run(run, change_rows.one(), has_new_question=has_new_question, siblings=siblings)


def prepare_run(
    run: Run,
    change: ChangeNotification,
    *,
    has_new_question: bool,
    siblings: Sequence[UUID] | None = None,
    is_takeover: bool = False,
) -> tuple[Turn, RunWork]:
    """Return the turn of a run that has just been stored, and the work of its writer.

    `siblings` are the existing siblings of a new question; if None, they are queried.
    """
    conversation = run.conversation
    question, answer = find_messages_of_run(run)
    built = build_prompt(conversation, question, answer)
    work = RunWork(
        run=run,
        subject=built.subject,
        text=AnswerText(answer.content, answer.reasoning, answer.seq),
        prompt=built.prompt,
        context_dropped=built.dropped,
        images_dropped=built.images_dropped,
        wants_title=conversation.is_untitled,
        # After a takeover, it is not known whether the dead worker has indexed the question.
        indexable_question=None if is_takeover else IndexableQuestion(question, is_indexed=not has_new_question),
        change=change,
    )
    return view_turn(run, has_new_question=has_new_question, siblings=siblings), work


_LOCK_CONVERSATION = Select(
    lambda conversation_id, owner_id: (
        Conversation.objects.filter(id=conversation_id, owner_id=owner_id, deleted_at=None)
        .defer("is_archived", "is_pinned", "created_at", "updated_at", "deleted_at")  # Not needed, and slow to convert.
        .select_for_update(of=("self",))
    ),
    UUID,
    UUID,
)
_ACTIVE_RUN = Select(lambda conversation_id: Run.objects.filter(conversation_id=conversation_id, ended_at=None), UUID)
_ACTIVE_RUN_OR_REPEAT = Select(
    lambda conversation_id, client_id: Run.objects.filter(
        Q(ended_at=None) | Q(client_id=client_id), conversation_id=conversation_id
    ),
    UUID,
    UUID,
)


def store_run(requester: Requester, conversation_id: UUID, request: AnswerRequest, retry_after: int) -> StoredRun:
    """Store the turn of `request` within a transaction; raises as `store_run_alone` does, before its first change.

    `retry_after` is the number of seconds that `RateCount.count` returned.
    """
    with round_trips():
        # Sent in one round trip; the lock comes first.
        conversation_rows = _LOCK_CONVERSATION.read_later(conversation_id, requester.user_id)
        run_rows = _find_runs_later(conversation_id, request.client_id)
        leaf_rows = find_leaf_later(conversation_id) if request.follows_leaf else None
        sibling_rows = find_next_siblings_later(conversation_id) if request.follows_leaf else None
        usage_rows = _lock_and_read_quota_later(requester.user_id)
        key_rows = next_key_later(Run)
        if (conversation := conversation_rows.first()) is None:
            raise NoConversationError
        if (earlier := _find_repeat(run_rows.all(), request)) is not None:
            return RepeatedRun(earlier)
        siblings = None if sibling_rows is None else sibling_rows.all()
        leaf = leaf_rows.first() if leaf_rows is not None and conversation.leaf_id is not None else None
        question, answer = prepare_messages(conversation, request, leaf)
        attachments = find_question_attachments(requester.user_id, request, question, answer.model_used)
        if usage_rows is not None:
            _check_limits(usage_rows.one())
        if retry_after:
            raise RateLimitError("Too many messages: wait a moment, then send this one again.", retry_after=retry_after)
        run = new_row(
            Run,
            id=None if key_rows is None else key_rows.one(),
            conversation=conversation,
            kind=request.kind,
            client_id=request.client_id,
            digest=None if request.client_id is None else request.digest(),
            session_id=requester.session_id,
            writer=requester.worker_id,
        )
        return NewRun(run, _insert_turn_later(run, question, answer, attachments), siblings)


def _insert_turn_later(
    run: Run, question: Message, answer: Message, attachments: Sequence[Attachment]
) -> LazyRows[ChangeNotification]:
    """Store the new rows of a turn, and return the change."""
    conversation = run.conversation
    added_bytes = sum(
        ROW_BYTES + count_bytes(message.content) for message in (question, answer) if message._state.adding
    )
    if question._state.adding:
        insert_row(question)
        link_attachments(question, attachments)
    add_run(run, answer)
    conversation.revision += 1
    conversation.updated_at = timezone.now()
    conversation.leaf = answer
    update_row(conversation, "leaf", "revision", "updated_at")
    return count_answer_change_later("answer.started", conversation, answer.id, AnswerStatus.PENDING, added_bytes)


def _find_runs_later(conversation_id: UUID, client_id: UUID | None) -> LazyRows[Run]:
    """Return the active run of a conversation, and the run that the same command started before."""
    if client_id is None:
        return _ACTIVE_RUN.read_later(conversation_id)
    return _ACTIVE_RUN_OR_REPEAT.read_later(conversation_id, client_id)


def _find_repeat(runs: Sequence[Run], request: AnswerRequest) -> Run | None:
    """Return the run among `runs` that the same command started before.

    Raises:
        InvalidMessageError: another command has the same id.
        AlreadyProcessingError: it is a new command, and an answer is being written.
    """
    earlier = next((run for run in runs if request.client_id is not None and run.client_id == request.client_id), None)
    if earlier is None:
        if runs:
            raise AlreadyProcessingError
        return None
    if earlier.digest is None or bytes(earlier.digest) != request.digest():
        raise InvalidMessageError("This 'client_id' was already used for a different command: generate a new one.")
    return Run.objects.select_related(*TURN_RELATIONS).get(id=earlier.id)


def _lock_and_read_quota_later(user_id: UUID) -> LazyRows[QuotaUsage] | None:
    """Return a user's running answers and stored bytes, locked for this turn; None if neither is limited."""
    if settings.ANSWERS_PER_USER is None and settings.STORAGE_PER_USER is None:
        return None
    lock_change_count(user_id)  # So that one user's commands are serialized.
    return read_quota_usage_later(user_id)


def _check_limits(use: QuotaUsage) -> None:
    answers, text_bytes = settings.ANSWERS_PER_USER, settings.STORAGE_PER_USER
    if answers is not None and use.answers >= answers:
        raise RateLimitError("Too many answers are being written: wait for one to end.", retry_after=RETRY_SECONDS)
    if text_bytes is not None and use.text_bytes >= text_bytes:
        raise StorageFullError
