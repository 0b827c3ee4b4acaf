"""Checkpoints: the text of running answers is saved at least once a second, the most that a killed process loses."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction

from apps.chat.answers.running import RunningAnswer, running_answers
from apps.chat.events import AnswerText
from apps.chat.models import Message
from apps.core.database import run_in_database
from apps.core.outages import log_failure
from apps.core.tasks import spawn

logger = structlog.get_logger(__name__)

TICKS_PER_INTERVAL = 8
"""Answers are spread over this many small saves: one large save would hold up every stream while it runs."""


_SAVE = """
    UPDATE chat_message SET content = %s, reasoning = %s, seq = %s
    WHERE id = %s AND latest_run_id = (SELECT id FROM chat_run WHERE answer_id = %s AND number = %s) AND seq < %s
"""
_BEGIN_STREAMING = (
    "UPDATE chat_run SET status = 'streaming' WHERE answer_id = %s AND number = %s AND status = 'pending'"
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The text of one running answer so far."""

    answer_id: UUID
    run: int
    text: AnswerText
    is_first: bool


class _Loop:
    task: asyncio.Task[None] | None = None


def checkpoint_while_running() -> None:
    """Save running answers regularly until none is left."""
    if _Loop.task is None or _Loop.task.done():
        _Loop.task = spawn(_checkpoint_loop(), name="checkpoints")


async def _checkpoint_loop() -> None:
    while answers := running_answers.all():
        now = asyncio.get_running_loop().time()
        due = [answer for answer in answers if answer.saved_at <= now - settings.CHECKPOINT_SECONDS]
        if due:
            await _save(due, now)
        await asyncio.sleep(settings.CHECKPOINT_SECONDS / TICKS_PER_INTERVAL)


async def _save(answers: Sequence[RunningAnswer], now: float) -> None:
    texts = {answer: answer.writer.text() for answer in answers if not answer.is_ending}
    fresh = {answer: text for answer, text in texts.items() if text.seq > answer.saved_seq}
    try:
        await run_in_database(save_checkpoints, [_view(answer, text) for answer, text in fresh.items()])
    except Exception as error:  # noqa: BLE001 - no failure may stop the answers; the next tick tries again
        log_failure(logger, "checkpoint_failed", error)
        return
    for answer in answers:
        answer.saved_at = now
    for answer, text in fresh.items():
        answer.saved_seq = text.seq


def _view(answer: RunningAnswer, text: AnswerText) -> Checkpoint:
    return Checkpoint(answer.answer_id, answer.run, text, is_first=answer.saved_seq == answer.base)


def save_checkpoints(checkpoints: Sequence[Checkpoint]) -> None:
    """Store the text so far of answers whose latest run is the one that is named, unless more of it is stored.

    An ending counts as more: it has its own number. Plain SQL, because with hundreds of answers a second the work
    of the ORM would be felt in every stream.
    """
    if not checkpoints:
        return
    key = Message._meta.pk  # noqa: SLF001 - Django's documented model API
    ids = [key.get_db_prep_value(checkpoint.answer_id, connection) for checkpoint in checkpoints]
    rows = [
        (c.text.content, c.text.reasoning, c.text.seq, answer_id, answer_id, c.run, c.text.seq)
        for c, answer_id in zip(checkpoints, ids, strict=True)
    ]
    begun = [(answer_id, c.run) for c, answer_id in zip(checkpoints, ids, strict=True) if c.is_first]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(_SAVE, rows)
        if begun:
            cursor.executemany(_BEGIN_STREAMING, begun)
