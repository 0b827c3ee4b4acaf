"""The failures that count as outages; database errors are those of this run's database."""

import socket

import psycopg
import pytest
from django.db import Error, InterfaceError, OperationalError, connection, transaction
from pytest_django import Settings

from apps.chat.log.base import LogUnavailableError
from apps.core.outages import OutageError, is_outage


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["SELECT * FROM no_such_table", "SELECT no_such_column", "SELEC 1"])
def test_a_refused_statement_is_a_fault(statement: str) -> None:
    with pytest.raises(Error) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert not is_outage(refused.value)


@pytest.mark.django_db
def test_a_text_too_long_for_the_search_index_is_a_fault() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite indexes texts of any length")
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
def test_a_lock_that_is_held_for_long_is_an_outage(settings: Settings) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one lock, for which config/stores.py sets the time-out")
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


def test_failures_of_redis_are_outages() -> None:
    from redis import RedisError  # noqa: PLC0415 - a server without Redis does not import it

    import apps.core.channel_layer.redis  # noqa: F401, PLC0415 - declares them

    assert is_outage(RedisError())
