"""Leases: each worker renews its own, and counts as dead `WORKER_LEASE` seconds after the last renewal.

Without Redis there is one worker; all others in the table are dead.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.chat.models import Worker

KEPT_AFTER_DEATH = timedelta(days=1)


def may_have_others() -> bool:
    """Return whether there may be other workers: only Redis lets several share their streams."""
    return bool(settings.REDIS_URL)


def renew_lease(worker_id: UUID) -> None:
    if not Worker.objects.filter(id=worker_id).update(seen_at=Now()):
        Worker.objects.filter(seen_at__lt=Now() - KEPT_AFTER_DEATH).delete()
        Worker.objects.create(id=worker_id)


def end_lease(worker_id: UUID) -> None:
    Worker.objects.filter(id=worker_id).delete()


def live_workers() -> QuerySet[Worker]:
    """Return the workers whose lease has not run out."""
    return Worker.objects.filter(seen_at__gt=Now() - timedelta(seconds=settings.WORKER_LEASE))


def has_others(worker_id: UUID) -> bool:
    return may_have_others() and live_workers().exclude(id=worker_id).exists()
