"""Checkpoints: the text of running answers is saved every `CHECKPOINT_SECONDS`.

Without Redis, a worker that is killed loses the text since the last checkpoint.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction

from apps.chat.answers.conversation_writes import conversation_writes
from apps.chat.answers.running import RunningAnswer, running_answers
from apps.chat.events import AnswerText
from apps.chat.models import Message
from apps.core.outages import log_failure
from apps.core.tasks import spawn

logger = structlog.get_logger(__name__)

TICKS_PER_INTERVAL = 8
"""Saves per interval, each of a share of the answers: one large save would delay every stream while it runs."""


_SAVE_TAIL = """
    UPDATE chat_run SET tail_content = %s, tail_reasoning = %s, tail_seq = %s, status = 'streaming'
    WHERE answer_id = %s AND number = %s AND ended_at IS NULL AND tail_seq < %s
"""
_SAVE_WHOLE = """
    UPDATE chat_message SET content = %s, reasoning = %s, seq = %s
    WHERE id = %s AND latest_run_id = (SELECT id FROM chat_run WHERE answer_id = %s AND number = %s) AND seq < %s
"""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The text of one running answer so far: all of it, or the tail that the message lacks."""

    answer_id: UUID
    run_number: int
    text: AnswerText
    is_whole: bool


_task: asyncio.Task[None] | None = None
"""The task that saves running answers while there are any."""


def checkpoint_while_running() -> None:
    """Save running answers regularly until none is left."""
    global _task  # noqa: PLW0603
    if _task is None or _task.done():
        _task = spawn(_save_repeatedly(), name="checkpoints")


async def _save_repeatedly() -> None:
    while answers := running_answers.all():
        now = asyncio.get_running_loop().time()
        due = [answer for answer in answers if answer.saved_at <= now - settings.CHECKPOINT_SECONDS]
        if due:
            await _save(due, now)
        await asyncio.sleep(settings.CHECKPOINT_SECONDS / TICKS_PER_INTERVAL)


async def _save(answers: Sequence[RunningAnswer], now: float) -> None:
    checkpoints: dict[RunningAnswer, Checkpoint] = {}
    for answer in answers:
        if not answer.is_ending and (text := answer.writer.text()).seq > answer.saved_seq:
            checkpoints[answer] = _make_checkpoint(answer, text)
    try:
        await conversation_writes.run_in_own_transaction(partial(save_checkpoints, list(checkpoints.values())))
    except Exception as error:  # noqa: BLE001 - no failure may stop the answers; the next tick tries again
        log_failure(logger, "checkpoint_failed", error)
        return
    for answer in answers:
        answer.saved_at = now
    for answer, checkpoint in checkpoints.items():
        answer.saved_seq = checkpoint.text.seq
        if checkpoint.is_whole:
            answer.message_text = checkpoint.text


def _make_checkpoint(answer: RunningAnswer, text: AnswerText) -> Checkpoint:
    """Return the tail of `text`; or all of it, if the tail is too long or stored text has been reclassified since."""
    stored = answer.message_text
    tail = AnswerText(text.content[len(stored.content) :], text.reasoning[len(stored.reasoning) :], text.seq)
    is_short = len(tail.content) + len(tail.reasoning) <= settings.CHECKPOINT_TAIL_LENGTH
    follows = text.content.startswith(stored.content) and text.reasoning.startswith(stored.reasoning)
    if is_short and follows:
        return Checkpoint(answer.answer_id, answer.run_number, tail, is_whole=False)
    return Checkpoint(answer.answer_id, answer.run_number, text, is_whole=True)


def save_checkpoints(checkpoints: Sequence[Checkpoint]) -> None:
    """Store the text so far of answers whose run `run_number` is still active, unless more text is stored already.

    Plain SQL, because with hundreds of answers a second the ORM's work would delay every stream.
    """
    if not checkpoints:
        return
    key = Message._meta.pk
    whole_texts, tails = [], []
    # By their ids, as endings lock the runs: another order could deadlock.
    for checkpoint in sorted(checkpoints, key=attrgetter("answer_id")):
        answer_id, text = key.get_db_prep_value(checkpoint.answer_id, connection), checkpoint.text
        where_values = (answer_id, checkpoint.run_number, text.seq)
        if checkpoint.is_whole:
            whole_texts.append((text.content, text.reasoning, text.seq, answer_id, *where_values))
            text = AnswerText(seq=text.seq)
        tails.append((text.content, text.reasoning, text.seq, *where_values))
    with transaction.atomic(), connection.cursor() as cursor:
        # The runs first, as an ending does: the other order could deadlock.
        cursor.executemany(_SAVE_TAIL, tails)
        if whole_texts:
            cursor.executemany(_SAVE_WHOLE, whole_texts)
