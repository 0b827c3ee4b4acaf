"""Indexing what was said, for the search, after it has been stored: a fault of the index never costs a text."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import structlog
from django.db import IntegrityError, transaction

from apps.chat.models import Conversation, Message, Run
from apps.chat.search.index import index_messages
from apps.core.database import run_in_database
from apps.core.outages import is_outage, log_failure
from apps.core.tasks import spawn

logger = structlog.get_logger(__name__)

PORTION = 100
SOON = 0.25
"""Seconds until a new question is indexed."""


@dataclass(slots=True, eq=False)
class NewQuestion:
    """A question that the search does not find yet: it is indexed soon, or with its answer if that ends earlier."""

    message: Message
    is_indexed: bool = False
    is_taken: bool = False
    """Whether it is being indexed."""

    @property
    def is_due(self) -> bool:
        """Whether it has to be indexed, and is not being indexed."""
        return not self.is_indexed and not self.is_taken


def try_to_index(*messages: Message) -> bool:
    """Make `messages` found by their content; a failure is logged, and returns False."""
    try:
        try:
            index_messages(*messages)
        except IntegrityError:
            index_messages(*messages)  # Some were deleted meanwhile: they are not found again.
    except Exception as error:  # noqa: BLE001 - the texts are safe without it, and the sweep tries again
        log_failure(logger, "text_not_indexed", error, message_ids=[str(message.id) for message in messages])
        return False
    return True


class _Pending:
    questions: ClassVar[list[NewQuestion]] = []
    task: asyncio.Task[None] | None = None


def index_soon(question: NewQuestion) -> None:
    """Make a question found within a moment, together with others; the first tokens of their answers go first."""
    _Pending.questions.append(question)
    if _Pending.task is None or _Pending.task.done():
        _Pending.task = spawn(_index_pending(), name="index-questions")


async def _index_pending() -> None:
    while _Pending.questions:
        await asyncio.sleep(SOON)
        wanted = [question for question in _Pending.questions if question.is_due]
        due, _Pending.questions = wanted[:PORTION], wanted[PORTION:]
        for question in due:
            question.is_taken = True
        if await run_in_database(partial(try_to_index, *(question.message for question in due))):
            for question in due:
                question.is_indexed = True


def index_late_runs(failed: Collection[int]) -> set[int]:
    """Index the texts of ended runs that are not indexed yet, except those that have `failed` before.

    Returns those that have failed by now.
    """
    late = Run.objects.filter(is_indexed=False).exclude(ended_at=None).exclude(id__in=failed)
    ids = late.order_by("id").values_list("id", flat=True)[:PORTION]
    return {*failed, *(run_id for run_id in list(ids) if not _index_run(run_id))}


def _index_run(run_id: int) -> bool:
    try:
        _index_texts(run_id)
    except Exception as error:
        if is_outage(error):
            raise
        logger.exception("text_not_indexed", run_id=run_id)
        return False
    return True


@transaction.atomic
def _index_texts(run_id: int) -> None:
    run = Run.objects.select_related("answer").defer("answer__content", "answer__reasoning").get(id=run_id)
    if run.answer is not None:
        # First, as every transaction does.
        Conversation.objects.select_for_update().only("id").get(id=run.conversation_id)
        # Locked: what is read here is what is stored when the terms are.
        texts = Message.objects.select_for_update(of=("self",)).select_related("conversation")
        index_messages(*texts.filter(id__in=[run.answer.id, run.answer.parent_id]))
    Run.objects.filter(id=run_id).update(is_indexed=True)
