"""The failures that count as outages, and their log lines; database errors come from this run's database."""

import asyncio
import socket

import psycopg
import pytest
import structlog
from django.db import Error, InterfaceError, OperationalError, connection, transaction
from pytest_django import Settings

from apps.chat.log.base import LogUnavailableError
from apps.core.outages import OutageError, is_outage, log_failure
from apps.core.tasks import spawn
from tests.log_lines import ReadLog

logger = structlog.get_logger("tests")


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["SELECT * FROM no_such_table", "SELECT no_such_column", "SELEC 1"])
def test_a_refused_statement_is_a_fault(statement: str) -> None:
    with pytest.raises(Error) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert not is_outage(refused.value)


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite indexes texts of any length")
def test_a_text_too_long_for_the_search_index_is_a_fault() -> None:
    words = " ".join(f"word{number}" for number in range(300_000))
    with pytest.raises(OperationalError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT to_tsvector('simple', %s)", [words])
    assert isinstance(refused.value.__cause__, psycopg.errors.ProgramLimitExceeded)
    assert not is_outage(refused.value)


def test_an_unreachable_server_is_an_outage() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(psycopg.OperationalError) as refused:
            psycopg.connect(host="127.0.0.1", port=taken.getsockname()[1], connect_timeout=5)
    error = OperationalError("the connection failed")
    error.__cause__ = refused.value
    assert is_outage(error)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one lock: see config/stores.py")
def test_a_lock_that_is_held_for_long_is_an_outage(settings: Settings) -> None:
    settings.LOCK_TIMEOUT = "10ms"
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined] # of Django's backend
    try:
        with psycopg.connect(**connection.get_connection_params()) as other, transaction.atomic():
            other.execute("LOCK TABLE chat_worker")
            with pytest.raises(OperationalError) as refused, connection.cursor() as cursor:
                cursor.execute("LOCK TABLE chat_worker")
        assert is_outage(refused.value)
    finally:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined] # of Django's backend


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (InterfaceError("connection already closed"), True),
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (OutageError(), True),
        (LogUnavailableError(), True),
        (RuntimeError(), False),
        (KeyError(), False),
    ],
    ids=repr,
)
def test_outages_and_faults_are_told_apart_by_type(error: Exception, *, expected: bool) -> None:
    assert is_outage(error) is expected


def test_an_outage_that_repeats_is_logged_in_one_line_with_its_cause(read_log: ReadLog, settings: Settings) -> None:
    settings.OUTAGE_REPEAT_SECONDS = 3600.0
    for _ in range(3):
        log_failure(logger, "not_sent", caused(ConnectionRefusedError()))
    log_failure(logger, "not_sent", caused(TimeoutError()))
    log_failure(logger, "not_sent", caused(ConnectionRefusedError()), answer_id="1")
    lines = [{key: line.get(key) for key in ("level", "event", "error", "cause", "answer_id")} for line in read_log()]
    common = {"level": "warning", "event": "not_sent", "error": "OutageError"}
    assert lines == [
        common | {"cause": "ConnectionRefusedError", "answer_id": None},
        common | {"cause": "TimeoutError", "answer_id": None},
        common | {"cause": "ConnectionRefusedError", "answer_id": "1"},
    ]


def test_an_outage_is_logged_again_after_a_while_with_the_number_of_lines_left_out(
    read_log: ReadLog, settings: Settings
) -> None:
    settings.OUTAGE_REPEAT_SECONDS = 3600.0
    for _ in range(3):
        log_failure(logger, "not_read", OutageError())
    settings.OUTAGE_REPEAT_SECONDS = 1e-9  # That time is over.
    log_failure(logger, "not_read", OutageError())
    assert [line.get("repeated") for line in read_log()] == [None, 2]


def test_every_fault_is_logged_with_its_traceback(read_log: ReadLog) -> None:
    for _ in range(2):
        log_failure(logger, "broken", KeyError("secret"))
    assert [(line["level"], line["exception"]) for line in read_log()] == [("error", "builtins.KeyError")] * 2


@pytest.mark.django_db
@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="of SQLite")
def test_a_failure_of_sqlite_has_its_own_name(read_log: ReadLog) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            with pytest.raises(OperationalError) as refused:
                cursor.execute("DELETE FROM chat_worker")
        finally:
            cursor.execute("PRAGMA query_only = OFF")
    log_failure(logger, "not_stored", refused.value)
    (line,) = read_log()
    assert line["error"] == "OperationalError"
    assert line["cause"] == "SQLITE_READONLY"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="of PostgreSQL, after a failover")
def test_a_database_that_has_become_read_only_is_an_outage(read_log: ReadLog) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        with pytest.raises(Error) as refused, transaction.atomic():
            cursor.execute("DELETE FROM chat_worker")
    log_failure(logger, "not_stored", refused.value)
    (line,) = read_log()
    assert line["level"] == "warning"
    assert line["cause"] == "ReadOnlySqlTransaction"
    assert line["reason"] == "PostgreSQL takes no writes: DATABASE_URL must name the primary."


def caused(cause: Exception) -> OutageError:
    error = OutageError()
    error.__cause__ = cause
    return error


async def test_tasks_that_an_outage_ends_share_one_line_and_a_fault_has_its_traceback(
    settings: Settings, read_log: ReadLog
) -> None:
    settings.OUTAGE_REPEAT_SECONDS = 60.0

    async def fail(error: Exception) -> None:
        raise error

    class TestOutageError(OutageError):
        """An outage that no other test has logged."""

    errors = [TestOutageError(), TestOutageError(), ValueError("of this test")]
    tasks = [spawn(fail(error), name=f"task-{number}") for number, error in enumerate(errors)]
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)
    lines = [line for line in read_log() if line["event"] == "task_failed"]
    assert [line["level"] for line in lines] == ["warning", "error"]
    assert lines[1]["task"] == "task-2"
    assert "ValueError" in lines[1]["exception"]
