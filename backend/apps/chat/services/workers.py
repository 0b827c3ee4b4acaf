"""The processes that share the database: who lives, and what they tell each other.

A worker says once in a while that it lives; whoever has not for `WORKER_LEASE` seconds is dead. Without Redis there is
one process, and all that another one wrote was written by a dead one.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.chat.models import Worker

logger = structlog.get_logger(__name__)

WORKERS_GROUP = "workers"
FORGOTTEN_AFTER = timedelta(days=1)


def has_company() -> bool:
    """Say whether there may be other workers: they are found through Redis."""
    return bool(settings.REDIS_URL)


def say_alive(worker_id: UUID) -> None:
    """Renew the lease of a worker."""
    if not Worker.objects.filter(id=worker_id).update(seen_at=Now()):
        Worker.objects.filter(seen_at__lt=Now() - FORGOTTEN_AFTER).delete()
        Worker.objects.create(id=worker_id)


def say_goodbye(worker_id: UUID) -> None:
    """End the lease of a worker at once."""
    Worker.objects.filter(id=worker_id).delete()


def living_workers() -> QuerySet[Worker]:
    """Return those whose lease has not run out."""
    return Worker.objects.filter(seen_at__gt=Now() - timedelta(seconds=settings.WORKER_LEASE))


def has_others(worker_id: UUID) -> bool:
    """Say whether another worker lives."""
    return has_company() and living_workers().exclude(id=worker_id).exists()


async def tell_workers(notice: dict[str, Any]) -> None:
    """Tell every worker something; for speed only, as each looks for itself every second or two."""
    try:
        await get_channel_layer().group_send(WORKERS_GROUP, notice)
    except Exception as error:  # noqa: BLE001 - any fault of the layer: what is lost is made good
        logger.warning("notice_lost", notice=notice["type"], error=type(error).__name__)


async def tell_writer_to_stop(answer_id: UUID) -> None:
    """Have an answer ended by whoever writes it, keeping what came."""
    await tell_workers({"type": "answer.stop", "message_id": str(answer_id)})


def tell_writer_to_stop_sync(answer_id: UUID) -> None:
    """`tell_writer_to_stop` for synchronous callers; call it after the commit."""
    async_to_sync(tell_writer_to_stop)(answer_id)
