"""Orphans: active runs without a live writer. Finds them, and stores who takes them over."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction

from apps.chat.answers.request import RequestKind
from apps.chat.answers.runs import add_run, interrupt_dead_run, lock_run, select_active_runs
from apps.chat.answers.turn import RunWork, prepare_run
from apps.chat.answers.turn_view import Turn
from apps.chat.conversations.change_count import count_answer_change_later
from apps.chat.conversations.services import record_activity
from apps.chat.conversations.text_bytes import add_text_bytes, count_bytes
from apps.chat.events import AnswerStatus, AnswerText
from apps.chat.fleet.leases import make_live_workers_query, may_have_other_workers
from apps.chat.models import Message, Run
from apps.core.round_trips import read_later
from apps.core.sql_values import prepare_value, read_id
from apps.users.selectors import find_ended_sessions


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """An active run that no worker writes.

    `is_own`: this worker should be writing it, but does not; `is_given_up`: its writer has given it up.
    """

    answer_id: UUID
    run_number: int
    conversation_id: UUID
    session_id: UUID | None
    text: AnswerText
    is_own: bool
    is_given_up: bool
    is_stopped: bool
    may_continue: bool
    """Whether another worker continues it: if `CONTINUE_AFTER_CRASH` is on, and once per answer."""


_ACTIVE = "SELECT answer_id FROM chat_run WHERE ended_at IS NULL AND answer_id IS NOT NULL"


def find_orphans(worker_id: UUID, running: Collection[UUID]) -> list[Orphan]:
    """Return the active runs whose writer is dead, or is this worker although they are not in `running`.

    The database selects them, so that only the texts of orphans are read.
    """
    sql, values = _ACTIVE, []
    if may_have_other_workers():
        live, lease = make_live_workers_query()
        sql += f" AND (writer IS NULL OR writer = %s OR writer NOT IN ({live}))"
        values = [prepare_value(worker_id), lease]
    ids = set(read_later(sql, values, read_id).all()).difference(running)
    if not ids:  # Compiling the query below would cost more than this one did.
        return []
    found = list(select_active_runs().filter(answer_id__in=ids).select_related("answer__latest_run"))
    ended = find_ended_sessions({run.session_id for run in found if run.session_id is not None})
    return [_make_orphan(run, run.answer, worker_id, ended) for run in found if run.answer is not None]


def _make_orphan(run: Run, answer: Message, worker_id: UUID, ended_sessions: set[UUID]) -> Orphan:
    is_stopped = run.is_stop_requested or run.session_id in ended_sessions
    was_taken_over = answer.runs.filter(is_takeover=True).exists()
    return Orphan(
        answer_id=answer.id,
        run_number=run.number,
        conversation_id=run.conversation_id,
        session_id=run.session_id,
        text=answer.text,
        is_own=run.writer == worker_id,
        is_given_up=run.writer is None,
        is_stopped=is_stopped,
        may_continue=settings.CONTINUE_AFTER_CRASH and not is_stopped and not was_taken_over,
    )


@transaction.atomic
def claim_orphan(orphan: Orphan, worker_id: UUID) -> bool:
    """Make this worker the writer of the answer's next run; False if another worker was faster."""
    dead = lock_run(orphan.answer_id, orphan.run_number)
    if dead is None or dead.answer is None:
        return False
    # Read again: the writer may have saved more before it lost the run.
    answer = Message.objects.select_related("latest_run").get(id=orphan.answer_id)
    _set_text(dead.answer, answer.text)
    dead.answer.save(update_fields=["content", "reasoning", "seq"])
    interrupt_dead_run(dead)
    run = Run(
        conversation=dead.conversation,
        kind=RequestKind.CONTINUE,
        session_id=dead.session_id,
        writer=worker_id,
        is_takeover=True,
    )
    add_run(run, dead.answer)
    gained = dead.answer.content[dead.content_base :], dead.answer.reasoning[dead.reasoning_base :]
    add_text_bytes(dead.conversation.owner_id, count_bytes(*gained))
    return True


@transaction.atomic
def store_takeover(orphan: Orphan, text: AnswerText) -> tuple[Turn, RunWork] | None:
    """Store where the new run of a claimed answer begins, and build the prompt to continue from there.

    None if the answer has been deleted meanwhile.
    """
    run = lock_run(orphan.answer_id, orphan.run_number + 1)
    if run is None or run.answer is None:
        return None
    answer = run.answer
    answer.latest_run = run
    gained = count_bytes(text.content, text.reasoning) - count_bytes(answer.content, answer.reasoning)
    _set_text(answer, text)
    answer.save(update_fields=["content", "reasoning", "seq"])
    run.base, run.content_base, run.reasoning_base = text.seq, len(text.content), len(text.reasoning)
    run.save(update_fields=["base", "content_base", "reasoning_base"])
    record_activity(run.conversation)
    change = count_answer_change_later(
        "answer.started", run.conversation, answer.id, AnswerStatus.PENDING, gained
    ).one()
    return prepare_run(run, change, has_new_question=False, is_takeover=True)


def give_up_answers(answer_ids: Collection[UUID], worker_id: UUID) -> None:
    """Store that this worker no longer writes these answers, so that others need not wait for its lease."""
    select_active_runs().filter(answer_id__in=answer_ids, writer=worker_id).update(writer=None)


def _set_text(answer: Message, text: AnswerText) -> None:
    answer.content, answer.reasoning, answer.seq = text.content, text.reasoning, text.seq
