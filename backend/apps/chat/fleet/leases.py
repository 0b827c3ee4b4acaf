"""Leases: each worker renews its own, and counts as dead `WORKER_LEASE` seconds after the last renewal.

Without Redis there is one worker; all others in the table are dead.
"""

from datetime import timedelta
from math import inf
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.chat.models import Worker
from apps.core.round_trips import write_later
from apps.core.sql_values import prepare_value

KEPT_AFTER_DEATH = timedelta(days=1)

MIN_CLOCK_JUMP_SECONDS = 1.0
"""The smallest jump of the database's clock that counts: a lease has room for smaller ones."""


def may_have_other_workers() -> bool:
    """Return whether there may be other workers: only Redis lets several share their streams."""
    return bool(settings.REDIS_URL)


# In plain SQL, because Django takes longer to compile them, every second, than the database to execute them.
_AGO = {
    "sqlite": "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW', -%s || ' seconds')",
    "postgresql": "STATEMENT_TIMESTAMP() - make_interval(secs => %s)",
}
_CLOCK = {
    "sqlite": "(JULIANDAY('NOW') - 2440587.5) * 86400.0",
    "postgresql": "EXTRACT(EPOCH FROM STATEMENT_TIMESTAMP())::float8",
}
# If the clock is put back, a worker that has died before would live until the clock catches up.
_RENEW = "UPDATE chat_worker SET seen_at = {ago} WHERE id = %s OR seen_at > {ago} RETURNING id, {clock}"
_LIVE = "SELECT id FROM chat_worker WHERE seen_at > {}"


def make_live_workers_query() -> tuple[str, float]:
    """Return the SQL for the ids of `select_live_workers`, and its value."""
    return _LIVE.format(_AGO[connection.vendor]), settings.WORKER_LEASE


def renew_lease(worker_id: UUID) -> float:
    """Renew the lease of a worker, and return the time by the clock of the database, in seconds."""
    own_id = prepare_value(worker_id)
    statement = _RENEW.format(ago=_AGO[connection.vendor], clock=_CLOCK[connection.vendor])
    while True:
        for renewed_id, clock in write_later(statement, [0, own_id, -settings.WORKER_LEASE], tuple).all():
            if renewed_id == own_id:
                return float(clock)
        Worker.objects.filter(seen_at__lt=Now() - KEPT_AFTER_DEATH).delete()
        Worker.objects.create(id=worker_id)


class DatabaseClock:
    """Notices when the clock of the database jumps forward, by NTP or a failover, compared with our steady clock."""

    def __init__(self) -> None:
        self._max_lead = inf

    def has_jumped_forward(self, clock: float, *, asked_at: float, answered_at: float) -> bool:
        """Return whether the database's clock, read between two times of ours, has gained on ours since then."""
        has_jumped = clock - answered_at > self._max_lead + MIN_CLOCK_JUMP_SECONDS
        self._max_lead = clock - asked_at
        return has_jumped


def end_lease(worker_id: UUID) -> None:
    Worker.objects.filter(id=worker_id).delete()


def select_live_workers() -> QuerySet[Worker]:
    """Return the workers whose lease has not run out."""
    return Worker.objects.filter(seen_at__gt=Now() - timedelta(seconds=settings.WORKER_LEASE))


def has_other_workers(worker_id: UUID) -> bool:
    return may_have_other_workers() and select_live_workers().exclude(id=worker_id).exists()
