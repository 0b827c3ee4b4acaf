"""`/api/health`: public, counted in no throttle, never delayed by a store that hangs (docs/api.md: A-4.2, A-9.1)."""

import socket
import sqlite3
from collections.abc import Iterator

import psycopg
import pytest
import structlog
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

from apps.core import health
from apps.core.outages import log_failure
from testkit.statement_watch import StatementWatch
from tests.log_lines import ReadLog

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def silent_address() -> Iterator[str]:
    """Return an address that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def long_timeout(settings: Settings) -> None:
    """Raise the time limit of the checks, so that a busy machine counts as healthy."""
    settings.HEALTH_CHECK_SECONDS = 30.0


@pytest.mark.usefixtures("long_timeout")
def test_a_healthy_server_reports_each_store(settings: Settings) -> None:
    response = Client().get("/api/health/")
    assert response.status_code == 200
    redis = "ok" if settings.REDIS_URL else "off"
    assert response.json() == {"status": "healthy", "database": "ok", "redis": redis, "version": settings.VERSION}


@pytest.mark.parametrize("is_silent", [False, True])
def test_an_unreachable_or_silent_redis_is_an_error(
    settings: Settings, silent_address: str, *, is_silent: bool
) -> None:
    url = f"redis://{silent_address if is_silent else '127.0.0.1:1'}/0"
    settings.REDIS_URL = url
    settings.HEALTH_CHECK_SECONDS = 5.0  # Enough for the database.
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": url,
            "OPTIONS": {"socket_timeout": None},  # By default, it waits forever.
        }
    }
    response = Client().get("/api/health/")
    assert response.status_code == 503
    assert response.json() == {
        "status": "unhealthy",
        "database": "ok",
        "redis": "error",
        "version": settings.VERSION,
    }
    readiness = Client().get("/api/health/ready")
    assert readiness.status_code == 503
    assert readiness.json()["redis"] == "error"


def test_a_process_that_answers_is_alive() -> None:
    response = Client().get("/api/health/live")
    assert response.status_code == 200
    assert response.json() == {"status": "alive"}


@pytest.mark.usefixtures("long_timeout")
def test_tables_of_another_version_are_not_ready(settings: Settings) -> None:
    redis = "ok" if settings.REDIS_URL else "off"
    health.check_migrations.cache_clear()
    recorder = MigrationRecorder(connection)
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("chat")
    recorder.record_unapplied(*newest)
    response = Client().get("/api/health/ready")
    assert response.status_code == 503
    assert response.json() == {"status": "not ready", "database": "ok", "migrations": "error", "redis": redis}
    recorder.record_applied(*newest)
    response = Client().get("/api/health/ready")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "database": "ok", "migrations": "ok", "redis": redis}


@pytest.mark.usefixtures("long_timeout")
def test_health_is_never_throttled(settings: Settings) -> None:
    settings.THROTTLE_ANONYMOUS = "1/600"
    for path in ("/api/health/", "/api/health/live"):
        assert {Client().get(path).status_code for _ in range(5)} == {200}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("SQLITE_FULL", "The disk of the database is full."),
        ("SQLITE_READONLY_DIRECTORY", "The file of the database, or its folder, cannot be written."),
    ],
)
@pytest.mark.usefixtures("long_timeout")
def test_a_database_that_refuses_writes_is_not_ready_until_it_takes_one(
    statement_watch: StatementWatch, read_log: ReadLog, name: str, reason: str
) -> None:
    cause: Exception
    if connection.vendor == "sqlite":
        cause, trial = sqlite3.OperationalError(), "PRAGMA user_version"
        cause.sqlite_errorname = name
    else:
        cause, trial, reason = psycopg.errors.DiskFull(), "INSERT INTO health", "The disk of the database is full."
    full = OperationalError()
    full.__cause__ = cause
    with statement_watch.failure(full, of=trial):
        log_failure(structlog.get_logger("tests"), "not_stored", full)
        response = Client().get("/api/health/ready")
    assert response.status_code == 503
    assert response.json()["database"] == "error"
    lines = read_log("not_stored", "health_check_failed")
    assert [line["reason"] for line in lines] == [reason] * 2
    assert Client().get("/api/health/ready").status_code == 200
    statement_watch.statements.clear()
    assert Client().get("/api/health/ready").status_code == 200
    assert not any(trial in statement for statement in statement_watch.statements), "a check reads only"
