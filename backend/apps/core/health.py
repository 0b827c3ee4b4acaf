"""`/api/health`: whether this process and its stores work. Public and never throttled."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest
from ninja import Router, Schema, Status

from apps.core.missing_migrations import find_missing_migrations
from apps.core.outages import OutageError, forget_refused_writes, has_refused_writes, log_failure

logger = structlog.get_logger(__name__)

_TRIAL_WRITES = {
    "sqlite": ["PRAGMA user_version = 0"],  # The value that it has already.
    "postgresql": ["CREATE TEMPORARY TABLE health (n int) ON COMMIT DROP", "INSERT INTO health VALUES (1)"],
}
"""Statements that write to the disk, and change nothing."""


health_router = Router(tags=["health"])


class HealthOut(Schema):
    """Health: `status` is `healthy` or `unhealthy`; each part is `ok`, `error` or, if it is not configured, `off`."""

    status: str
    database: str
    redis: str
    version: str


class ReadinessOut(Schema):
    """Readiness: `status` is `ready` or `not ready`; each part is `ok`, `error` or, if it is not configured, `off`."""

    status: str
    database: str
    migrations: str
    redis: str


class LivenessOut(Schema):
    """Liveness: `status` is `alive`."""

    status: str


class Probe:
    """Checks one store on its own thread, so that a store that hangs delays a caller by at most `HEALTH_CHECK_SECONDS`.

    Concurrent callers share one check: a hanging store blocks one thread, however many callers there are.
    """

    def __init__(self, name: str, check: Callable[[], None]) -> None:
        """Take a `check` that raises if the store does not work; the log calls the store `name`."""
        self._name = name
        self._check = check
        self._has_failed = False
        self._lock = threading.Lock()
        self._running: Future[None] | None = None

    def is_well(self) -> bool:
        """Return whether the check passed in time."""
        with self._lock:
            if self._running is None or self._running.done():
                self._running = Future()
                # A daemon: a store that hangs must not keep the process alive.
                threading.Thread(target=self._run, args=(self._running,), name="health", daemon=True).start()
            running = self._running
        try:
            running.result(settings.HEALTH_CHECK_SECONDS)
        except Exception:  # noqa: BLE001 - after any failure the store cannot be used; `_run` logs it
            return False
        return True

    def _run(self, running: Future[None]) -> None:
        try:
            self._check()
        except Exception as error:  # noqa: BLE001 - passed on to the callers
            log_failure(logger, "health_check_failed", error, store=self._name)
            self._has_failed = True
            running.set_exception(error)
        else:
            if self._has_failed:
                logger.info("health_check_passed_again", store=self._name)
            self._has_failed = False
            running.set_result(None)


@health_router.get("/", response={200: HealthOut, 503: HealthOut})
def show_health(request: HttpRequest) -> Status[HealthOut]:
    """Report whether the stores answer."""
    database = _describe_health(_database.is_well())
    redis = _describe_health(_redis.is_well()) if settings.REDIS_URL else "off"
    healthy = "error" not in {database, redis}
    report = HealthOut(
        status="healthy" if healthy else "unhealthy", database=database, redis=redis, version=settings.VERSION
    )
    return Status(200 if healthy else 503, report)


@health_router.get("/live", response=LivenessOut)
def show_liveness(request: HttpRequest) -> LivenessOut:
    """Report that this process answers."""
    return LivenessOut(status="alive")


@health_router.get("/ready", response={200: ReadinessOut, 503: ReadinessOut})
def show_readiness(request: HttpRequest) -> Status[ReadinessOut]:
    """Report whether requests can be served: the stores answer, and all migrations are applied."""
    database = _database.is_well()
    migrations = database and _migrations.is_well()
    redis = _describe_health(_redis.is_well()) if settings.REDIS_URL else "off"
    is_ready = migrations and redis != "error"
    report = ReadinessOut(
        status="ready" if is_ready else "not ready",
        database=_describe_health(database),
        migrations=_describe_health(migrations),
        redis=redis,
    )
    return Status(200 if is_ready else 503, report)


def _describe_health(is_well: bool) -> str:  # noqa: FBT001 - its only argument
    return "ok" if is_well else "error"


def _check_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if has_refused_writes():
            _try_to_write()
    finally:
        connection.close()


def _try_to_write() -> None:
    """Execute the trial writes. Only after a refused write, because any client may request a health check."""
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _TRIAL_WRITES[connection.vendor]:
            cursor.execute(statement)
    forget_refused_writes()


def _check_redis() -> None:
    # Imported late: the Redis client costs about 5 MB and 0.2 s, which a server without Redis need not spend.
    from apps.core.redis.link import ping  # noqa: PLC0415

    ping(settings.REDIS_URL, settings.HEALTH_CHECK_SECONDS)


@cache  # Migrations are never unapplied while a server runs; a failure is not remembered.
def check_migrations() -> None:
    """Raise an `OutageError` if a migration is not applied."""
    try:
        if find_missing_migrations(connection):
            raise OutageError("migrations are missing")
    finally:
        connection.close()


_database = Probe("database", _check_database)
_redis = Probe("redis", _check_redis)
_migrations = Probe("migrations", check_migrations)
