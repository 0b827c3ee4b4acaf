"""The stored records of calls: owner, model, usage and ending of each, but none of its text."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.chat.answers.runs import read_quota_usage_later
from apps.chat.completions.errors import WORKER_ENDED
from apps.chat.completions.running import RunningCall
from apps.chat.conversations.change_count import lock_change_count
from apps.chat.events import AnswerStatus, Usage
from apps.chat.models import ApiCall, Worker
from apps.core.errors import AppError, AuthenticationError, RateLimitError
from apps.core.limits.throttles import throttle_key, undo_hit
from apps.users.models import User

RETRY_SECONDS = 5
FORGOTTEN_AFTER = timedelta(seconds=30)
PURGE_BATCH_SIZE = 1000


def store_call(call: RunningCall, worker_id: UUID) -> None:
    """Store that a call begins.

    Raises:
        AuthenticationError: the account has been deleted.
        RateLimitError: over `ANSWERS_PER_USER`, in which answers of conversations count too, or over `MESSAGE_RATE`.
    """
    # Before the transaction: Redis may be slow.
    throttle_key(key := f"messages:{call.owner_id}", settings.MESSAGE_RATE)
    try:
        _store_call(call, worker_id)
    except AppError:
        undo_hit(key, settings.MESSAGE_RATE)
        raise


@transaction.atomic
def _store_call(call: RunningCall, worker_id: UUID) -> None:
    # Locked, so that concurrent requests count each other, and the answers of conversations, which lock the count.
    if User.objects.select_for_update(no_key=True).only("id").filter(id=call.owner_id).first() is None:
        raise AuthenticationError
    lock_change_count(call.owner_id)
    limit = settings.ANSWERS_PER_USER
    if limit is not None and read_quota_usage_later(call.owner_id).one().answers >= limit:
        raise RateLimitError("Too many answers are being written: wait for one to end.", retry_after=RETRY_SECONDS)
    ApiCall.objects.create(
        id=call.call_id, owner_id=call.owner_id, key_id=call.key_id, worker=worker_id, model=call.model
    )


def store_call_end(call_id: UUID, status: AnswerStatus, usage: Usage | None, error_code: str | None) -> None:
    """Store how a call has ended, and its tokens; for a deleted account, nothing is stored."""
    counted = usage or Usage()
    ApiCall.objects.filter(id=call_id).update(
        status=status,
        error_code=error_code or "",
        prompt_tokens=counted.prompt_tokens,
        completion_tokens=counted.completion_tokens,
        cached_tokens=counted.cached_tokens,
        reasoning_tokens=counted.reasoning_tokens,
        ended_at=timezone.now(),
    )


def is_own_call(call_id: UUID, owner_id: UUID) -> bool:
    return ApiCall.objects.filter(id=call_id, owner_id=owner_id).exists()


def find_active_calls(call_ids: Collection[UUID]) -> set[UUID]:
    return set(ApiCall.objects.filter(id__in=call_ids, ended_at=None).values_list("id", flat=True))


def end_forgotten_calls(worker_id: UUID, running: Collection[UUID]) -> None:
    """End this worker's active calls that are not `running`: their end could not be stored, or they never began.

    They would count in `ANSWERS_PER_USER` for as long as the worker lives.
    """
    old = ApiCall.objects.filter(worker=worker_id, ended_at=None, started_at__lt=timezone.now() - FORGOTTEN_AFTER)
    forgotten = old.exclude(id__in=running)
    forgotten.update(status=AnswerStatus.INTERRUPTED, error_code=WORKER_ENDED, ended_at=timezone.now())


def end_lost_calls(live_workers: QuerySet[Worker]) -> None:
    """End the calls of dead workers: no other worker can continue them."""
    lost = ApiCall.objects.filter(ended_at=None).exclude(worker__in=live_workers.values("id"))
    lost.update(status=AnswerStatus.INTERRUPTED, error_code=WORKER_ENDED, ended_at=timezone.now())


def purge_old_calls() -> None:
    """Delete the records of calls that began more than `COMPLETION_KEPT_DAYS` ago, in short transactions."""
    if settings.COMPLETION_KEPT_DAYS is None:
        return
    edge = timezone.now() - timedelta(days=settings.COMPLETION_KEPT_DAYS)
    old = ApiCall.objects.filter(started_at__lt=edge).exclude(ended_at=None).order_by("id").values_list("id", flat=True)
    while ids := list(old[:PURGE_BATCH_SIZE]):
        ApiCall.objects.filter(id__in=ids).delete()
