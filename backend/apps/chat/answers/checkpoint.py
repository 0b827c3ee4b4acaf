"""Saving what running answers hold, at least once a second, so that a killed process loses no more than that."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog
from django.conf import settings
from django.db import connection, transaction

from apps.chat.answers.running import RunningAnswer, running_answers
from apps.chat.events import ACTIVE_STATUSES, AnswerStatus, AnswerText
from apps.chat.models import Message
from apps.core.database import run_in_database
from apps.core.outages import log_failure
from apps.core.tasks import spawn

logger = structlog.get_logger(__name__)

TICKS_PER_INTERVAL = 8
"""Answers are spread over so many small saves, since one large one would hold up every stream while it runs."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What one running answer holds."""

    answer_id: UUID
    run: int
    text: AnswerText


class _Loop:
    task: asyncio.Task[None] | None = None


def checkpoint_while_running() -> None:
    """See to it that running answers are saved until none runs any more."""
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
        await run_in_database(save_checkpoints, [Checkpoint(a.answer_id, a.run, text) for a, text in fresh.items()])
    except Exception as error:  # noqa: BLE001 - no failure may stop the answers; the next tick tries again
        log_failure(logger, "checkpoint_failed", error)
        return
    for answer in answers:
        answer.saved_at = now
    for answer, text in fresh.items():
        answer.saved_seq = text.seq


def save_checkpoints(checkpoints: Sequence[Checkpoint]) -> None:
    """Store the text so far of answers that are still being written in the run that is named.

    Plain SQL: with hundreds of answers a second the ORM's own work would be felt in every stream.
    """
    if not checkpoints:
        return
    key = Message._meta.pk  # noqa: SLF001 - Django's documented model API
    rows = [
        (
            c.text.content,
            c.text.reasoning,
            c.text.seq,
            AnswerStatus.STREAMING,
            key.get_db_prep_value(c.answer_id, connection),
            c.run,
        )
        for c in checkpoints
    ]
    active = ", ".join(f"'{status}'" for status in sorted(ACTIVE_STATUSES))
    statement = (
        f"UPDATE {Message._meta.db_table} SET content = %s, reasoning = %s, seq = %s, status = %s "  # noqa: S608, SLF001
        f"WHERE id = %s AND run = %s AND status IN ({active})"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(statement, rows)
