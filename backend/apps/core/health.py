"""`/api/health`: whether this process, and what it stands on, is well. Public and never throttled."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache as remember

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest
from ninja import Router, Schema, Status

PATIENCE = 2.0  # seconds; a store that takes longer counts as gone

health_router = Router(tags=["health"])


class HealthOut(Schema):
    """`status` is `healthy` or `unhealthy`; the parts are `ok`, `error` or (where there is none) `off`."""

    status: str
    database: str
    redis: str
    version: str


class ReadinessOut(Schema):
    """`status` is `ready` or `not ready`; the parts are `ok`, `error` or (where there is none) `off`."""

    status: str
    database: str
    migrations: str
    redis: str


class LivenessOut(Schema):
    """`status` is `alive`."""

    status: str


class Probe:
    """Asks one store, on a thread of its own, so that a store that hangs holds up nobody for longer than `PATIENCE`.

    Those who ask at the same time share one answer: however many ask, a hanging store holds one thread.
    """

    def __init__(self, check: Callable[[], None]) -> None:
        """Take a `check` that raises if all is not well."""
        self._check = check
        self._lock = threading.Lock()
        self._asked: Future[None] | None = None

    def is_well(self) -> bool:
        """Return whether the check passed in time."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = Future()
                # A daemon: a store that hangs must not keep the process from ending.
                threading.Thread(target=self._answer, args=(self._asked,), name="health", daemon=True).start()
            asked = self._asked
        try:
            asked.result(PATIENCE)
        except Exception:  # noqa: BLE001 - whatever it is, the store cannot be used
            return False
        return True

    def _answer(self, asked: Future[None]) -> None:
        try:
            self._check()
        except Exception as error:  # noqa: BLE001 - for those who wait
            asked.set_exception(error)
        else:
            asked.set_result(None)


@health_router.get("/", response={200: HealthOut, 503: HealthOut})
def show_health(request: HttpRequest) -> Status[HealthOut]:  # noqa: ARG001 - given by this name
    """Say whether the stores answer."""
    database = _word(_database.is_well())
    redis = _word(_redis.is_well()) if settings.REDIS_URL else "off"
    healthy = "error" not in {database, redis}
    answer = HealthOut(
        status="healthy" if healthy else "unhealthy", database=database, redis=redis, version=settings.VERSION
    )
    return Status(200 if healthy else 503, answer)


@health_router.get("/live", response=LivenessOut)
def show_liveness(request: HttpRequest) -> LivenessOut:  # noqa: ARG001 - given by this name
    """Say that this process answers."""
    return LivenessOut(status="alive")


@health_router.get("/ready", response={200: ReadinessOut, 503: ReadinessOut})
def show_readiness(request: HttpRequest) -> Status[ReadinessOut]:  # noqa: ARG001 - given by this name
    """Say whether requests can be served: the stores answer, and the database's tables are of this version."""
    database = _database.is_well()
    migrations = database and _migrations.is_well()
    redis = _word(_redis.is_well()) if settings.REDIS_URL else "off"
    is_ready = migrations and redis != "error"
    answer = ReadinessOut(
        status="ready" if is_ready else "not ready",
        database=_word(database),
        migrations=_word(migrations),
        redis=redis,
    )
    return Status(200 if is_ready else 503, answer)


def _word(is_well: bool) -> str:  # noqa: FBT001 - what else
    return "ok" if is_well else "error"


def _check_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def _check_redis() -> None:
    cache.get("health")


@remember  # they are never unapplied under a running server; a failure is not remembered
def _check_migrations() -> None:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise LookupError("migrations are missing")
    finally:
        connection.close()


_database = Probe(_check_database)
_redis = Probe(_check_redis)
_migrations = Probe(_check_migrations)
