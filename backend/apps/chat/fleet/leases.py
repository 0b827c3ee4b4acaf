"""Leases of workers: each worker renews its own, and counts as dead `WORKER_LEASE` seconds after it last did.

Without Redis there is one process: every other worker in the table is dead.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.chat.models import Worker

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
