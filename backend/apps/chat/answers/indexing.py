"""Indexing what was said, for the search, after it has been stored: a fault of the index never costs a text."""

from collections.abc import Collection

import structlog
from django.db import transaction

from apps.chat.models import Message, Run
from apps.chat.search.index import index_message
from apps.core.outages import is_outage, log_failure

logger = structlog.get_logger(__name__)

PORTION = 100


def try_to_index(*messages: Message) -> bool:
    """Make `messages` found by their content; a failure is logged, and returns False."""
    try:
        for message in messages:
            index_message(message)
    except Exception as error:  # noqa: BLE001 - the texts are safe without it, and the sweep tries again
        log_failure(logger, "text_not_indexed", error, message_ids=[str(message.id) for message in messages])
        return False
    return True


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
        # Locked: what is read here is what is stored when the terms are.
        texts = Message.objects.select_for_update(of=("self",)).select_related("conversation")
        for message in texts.filter(id__in=[run.answer.id, run.answer.parent_id]):
            index_message(message)
    Run.objects.filter(id=run_id).update(is_indexed=True)
