"""Orphans: active answers without a live writer. Finds them, and stores who takes them over."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.chat.answers.ending import touch
from apps.chat.answers.prompt import build_prompt
from apps.chat.answers.request import RequestKind
from apps.chat.answers.turn import NewTurn, find_turn
from apps.chat.conversations.change_feed import count_answer_change
from apps.chat.events import ACTIVE_STATUSES, AnswerStatus, AnswerText
from apps.chat.fleet.leases import live_workers, may_have_others
from apps.chat.models import DEFAULT_TITLE, Message
from apps.users.selectors import find_ended_sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """An active answer that no worker writes.

    `is_own`: this worker should be writing it, but does not; `is_given_up`: its writer handed it over.
    """

    answer_id: UUID
    run: int
    conversation_id: UUID
    session_id: UUID | None
    text: AnswerText
    is_own: bool
    is_given_up: bool
    is_stopped: bool
    may_continue: bool
    """Whether another worker continues it: if `CONTINUE_AFTER_CRASH` is on, and once per answer."""


def find_orphans(worker_id: UUID, running: Collection[UUID]) -> list[Orphan]:
    """Return the active answers whose writer is dead, and those of this worker that are not `running`."""
    active = Message.objects.filter(status__in=ACTIVE_STATUSES).exclude(id__in=running)
    alive = set(live_workers().values_list("id", flat=True)) if may_have_others() else set()
    found = [message for message in active if message.writer == worker_id or message.writer not in alive]
    ended = find_ended_sessions({message.session_id for message in found if message.session_id is not None})
    return [_view(message, worker_id, ended) for message in found]


def _view(message: Message, worker_id: UUID, ended_sessions: set[UUID]) -> Orphan:
    is_stopped = message.is_stop_requested or message.session_id in ended_sessions
    return Orphan(
        answer_id=message.id,
        run=message.run,
        conversation_id=message.conversation_id,
        session_id=message.session_id,
        text=AnswerText(message.content, message.reasoning, message.seq),
        is_own=message.writer == worker_id,
        is_given_up=message.writer is None,
        is_stopped=is_stopped,
        may_continue=settings.CONTINUE_AFTER_CRASH and not is_stopped and message.seam is None,
    )


@transaction.atomic
def claim_orphan(orphan: Orphan, worker_id: UUID) -> bool:
    """Make this worker the writer of the answer's next run; False if another worker was faster."""
    messages = Message.objects.select_for_update(of=("self",))
    message = messages.filter(id=orphan.answer_id, run=orphan.run, status__in=ACTIVE_STATUSES).first()
    if message is None:
        return False
    message.run += 1
    message.writer = worker_id
    message.started_by = RequestKind.CONTINUE
    message.client_id = None
    message.seam = len(message.content)
    message.save(update_fields=["run", "writer", "started_by", "client_id", "seam"])
    return True


@transaction.atomic
def store_takeover(orphan: Orphan, text: AnswerText) -> NewTurn | None:
    """Store the seam, where the new run of a claimed answer begins, and build the prompt that continues from there.

    None if the answer has been deleted.
    """
    messages = Message.objects.select_for_update(of=("self",)).select_related("conversation", "parent")
    message = messages.filter(id=orphan.answer_id, run=orphan.run + 1, status__in=ACTIVE_STATUSES).first()
    if message is None or message.parent is None:
        return None
    message.content, message.reasoning = text.content, text.reasoning
    message.seq = message.run_base = text.seq
    message.seam = len(text.content)
    message.status = AnswerStatus.PENDING
    message.save(update_fields=["content", "reasoning", "seq", "run_base", "seam", "status"])
    conversation = touch(message.conversation_id)
    change = count_answer_change("answer.started", conversation, message.id, AnswerStatus.PENDING)
    prompt = build_prompt(message.conversation, message.parent, message)
    turn = find_turn(message.conversation_id, message.id)
    if turn is None:
        return None
    return NewTurn(
        turn=turn,
        text=text,
        prompt=prompt.prompt,
        context_dropped=prompt.dropped,
        wants_title=conversation.is_title_automatic and conversation.title == DEFAULT_TITLE,
        change=change,
    )


def give_up_answers(answer_ids: Collection[UUID], worker_id: UUID) -> None:
    """Store that this worker no longer writes these answers, so that others need not wait for its lease."""
    Message.objects.filter(id__in=answer_ids, writer=worker_id, status__in=ACTIVE_STATUSES).update(writer=None)
