"""Connections to PostgreSQL: they never hang, and execute several statements in one round trip."""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import count
from typing import Any, Self, override
from uuid import UUID

import psycopg
from django.conf import settings
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

CLIENT_OPTIONS: dict[str, object] = {
    "connect_timeout": 5,
    # A host that does not answer: after 15 s if it owes an acknowledgement, after 30 s while a query runs.
    "tcp_user_timeout": 15_000,
    "keepalives": 1,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
"""Options of libpq, which poolers never see; the query of `DATABASE_URL` wins."""


MAX_PREPARED = 100
"""Statements that one connection remembers."""

FORGOTTEN_STATES = {"26000", "0A000"}
"""SQLSTATE of a prepared statement that the server does not know, or whose tables a migration has changed."""

type Statement = tuple[str, Sequence[Any]]
"""A text with a `%s` for each of its values, and the values."""


class LimitedConnection(psycopg.Connection[Any]):
    """A connection on which no statement waits longer than `LOCK_TIMEOUT` for a lock that another transaction holds."""

    @classmethod
    @override
    def connect(cls, *arguments: Any, **options: Any) -> Self:
        """Connect, then set the limit: as a start-up option, poolers would refuse it."""
        opened = super().connect(*arguments, **options)
        cursor = opened.execute(f"SET lock_timeout = '{settings.LOCK_TIMEOUT}'; SELECT pg_backend_pid()")
        cursor.nextset()
        opened.is_direct = cursor.fetchall() == [(opened.info.backend_pid,)]
        return opened

    is_direct = False
    """Whether no pooler is in between, which would give the next transaction to another process of the server."""

    @cached_property
    def round_trip(self) -> "RoundTrip":
        return RoundTrip(self)


class RoundTrip:
    """Executes several statements in one round trip.

    A cursor of psycopg needs a round trip to begin a transaction, and several times as much CPU.
    """

    def __init__(self, connection: LimitedConnection) -> None:
        self._connection = connection
        self._transformer = Transformer.from_context(connection)
        self._names: dict[str, bytes] = {}
        """The statements that the server has prepared."""
        self._seen: set[str] = set()
        self._numbers = count()

    def execute(self, statements: Sequence[Statement], *, commits: bool) -> list[list[tuple[Any, ...]]]:
        """Return the rows of each statement.

        The transaction begins with them, if it has not begun, and ends with them if they are to commit it.
        """
        connection, pgconn = self._connection, self._connection.pgconn
        is_first = pgconn.transaction_status == TransactionStatus.IDLE
        begins = is_first and not connection.autocommit
        texts = [connection._get_tx_start_command()] if begins else []  # noqa: SLF001 - as psycopg itself begins
        prepared = self._choose([sql for sql, _ in statements]) if connection.is_direct else {}
        texts += [b"PREPARE %b AS %b" % (name, _number_placeholders(sql)) for sql, name in prepared.items()]
        names = self._names | prepared if prepared else self._names
        first = len(texts)
        texts += [self._write_literals(sql, names.get(sql), values) for sql, values in statements]
        if commits:
            texts.append(b"COMMIT")
        with connection.lock:
            pgconn.send_query(b"; ".join(texts))
            results = connection.wait(execute(pgconn))
        for result in results:
            if result.status == ExecStatus.FATAL_ERROR:
                error = error_from_result(result, encoding=connection.info.encoding)
                if error.sqlstate not in FORGOTTEN_STATES or not self._names:
                    raise error
                self._names, self._seen = {}, set()
                if not is_first:
                    raise error
                connection.rollback()
                return self.execute(statements, commits=commits)
        self._names = names
        return [self._read_rows(result) for result in results[first : first + len(statements)]]

    def _choose(self, texts: Sequence[str]) -> dict[str, bytes]:
        """Return names for the statements that are executed for the second time, so that they are prepared."""
        new = {sql: b"chat_%d" % next(self._numbers) for sql in texts if sql in self._seen and sql not in self._names}
        if len(self._seen) < MAX_PREPARED:
            self._seen.update(texts)
        return new

    def _write_literals(self, sql: str, name: bytes | None, values: Sequence[Any]) -> bytes:
        as_literal = self._transformer.as_literal
        literals = [
            b"NULL"
            if value is None
            else b"'%b'::uuid" % value.hex.encode()
            if type(value) is UUID
            else bytes(as_literal(value))
            for value in values
        ]
        if name is not None:
            return b"EXECUTE %b(%b)" % (name, b",".join(literals)) if literals else b"EXECUTE " + name
        first, *rest = _split(sql)
        return first + b"".join(part for pair in zip(literals, rest, strict=True) for part in pair)

    def _read_rows(self, result: PGresult) -> list[tuple[Any, ...]]:
        if result.status != ExecStatus.TUPLES_OK:
            return []
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)


@lru_cache(maxsize=256)
def _split(sql: str) -> list[bytes]:
    """Return the parts of a statement between its placeholders."""
    return [part.replace("%%", "%").encode() for part in sql.split("%s")]


@lru_cache(maxsize=256)
def _number_placeholders(sql: str) -> bytes:
    """Return a statement with the placeholders of PostgreSQL."""
    first, *rest = _split(sql)
    return first + b"".join(b"$%d%b" % (number, part) for number, part in enumerate(rest, 1))
