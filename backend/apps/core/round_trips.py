"""SQL statements that share a round trip to PostgreSQL: they wait until a result is needed or their block ends.

Functions whose names end in `_later` return `LazyRows`: their result is known once it is used.
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from apps.core.database import this_connection, uses_sqlite


class LazyRows[Row]:
    """Rows that are read when they are first used or, in `round_trips`, with the next statement that has to be sent."""

    __slots__ = ("_convert", "rows", "sql", "values")

    def __init__(self, sql: str, values: Sequence[Any], convert: Callable[[tuple[Any, ...]], Row]) -> None:
        """Execute nothing yet; `convert` is called with each row."""
        self.sql = sql
        self.values = values
        self._convert = convert
        self.rows: list[tuple[Any, ...]] | None = None
        """The rows that the database has returned; None before it is asked."""

    def all(self) -> list[Row]:
        if self.rows is None:
            if self in (_unsent.statements or ()):
                _unsent.send_all()
            else:
                _unsent.send(self)  # Made outside a block: it waits for nothing.
        return [self._convert(row) for row in self.rows or ()]

    def one(self) -> Row:
        (row,) = self.all()
        return row

    def first(self) -> Row | None:
        """Return the first row; None if there is none."""
        return next(iter(self.all()), None)


class _Unsent(threading.local):
    """The statements of this thread's block of `round_trips`; None outside one."""

    statements: list[LazyRows[Any]] | None = None

    def send(self, *statements: LazyRows[Any], commits: bool = False) -> None:
        """Execute statements in one round trip; if it `commits`, the `COMMIT` goes with them.

        Unless queries are logged or wrapped, they go to the driver: Django's cursors take longer.
        """
        database: Any = this_connection()
        if not database.in_atomic_block:
            database.close_if_health_check_failed()
            database.ensure_connection()
        if is_watched(database) or not _send_to_driver(database, statements, commits=commits):
            _send_by_cursor(database, statements)

    def send_all(self, *, commits: bool = False) -> None:
        """Execute all waiting statements, in order."""
        if self.statements:
            statements, self.statements = self.statements, []
            self.send(*statements, commits=commits)


_unsent = _Unsent()


def is_watched(database: BaseDatabaseWrapper) -> bool:
    """Return whether Django has to see every query, to log or to wrap it."""
    return bool(database.force_debug_cursor or database.execute_wrappers or _is_debugged())


@cache
def _is_debugged() -> bool:
    return settings.DEBUG  # Cached: reading a setting takes several calls.


def _send_to_driver(database: Any, statements: Sequence[LazyRows[Any]], *, commits: bool) -> bool:  # noqa: ANN401 - either database
    """Execute statements on the driver's own connection; False if that cannot do it."""
    driver = database.connection
    if not (uses_sqlite() or hasattr(driver, "round_trip")):
        return False
    if database.needs_rollback:
        database.validate_no_broken_transaction()
    try:
        if uses_sqlite():
            for statement in statements:
                statement.rows = driver.execute(_for_sqlite(statement.sql), statement.values).fetchall()
        else:
            commits = commits and len(database.atomic_blocks) == 1
            results = driver.round_trip.execute(
                [(statement.sql, statement.values) for statement in statements], commits=commits
            )
            for statement, rows in zip(statements, results, strict=True):
                statement.rows = rows
    except Exception:
        # Raised again within Django's wrapper, so that callers see the errors of `django.db`.
        with database.wrap_database_errors:
            raise
    return True


def _send_by_cursor(database: Any, statements: Sequence[LazyRows[Any]]) -> None:  # noqa: ANN401 - either database
    with database.cursor() as cursor:
        sql = "; ".join(statement.sql for statement in statements)
        cursor.execute(sql, [value for statement in statements for value in statement.values])
        for statement in statements:
            statement.rows = cursor.fetchall() if cursor.description else []
            if len(statements) > 1:
                cursor.nextset()


@lru_cache(maxsize=256)
def _for_sqlite(sql: str) -> str:
    """Return a statement with the placeholders of SQLite."""
    return re.sub(r"(?<!%)%s", "?", sql).replace("%%", "%")


@contextmanager
def round_trips(*, commits: bool = False) -> Iterator[None]:
    """Send the statements of the block in one round trip, once a result is needed or the block ends.

    For use within a transaction. Queries of the ORM in the block do not see writes that wait. With `commits`, nothing
    of the transaction follows the block, so that its last statements may be sent with the `COMMIT`. A block within
    another leaves its statements to that, unless it raises. No effect on SQLite, which has no round trips.
    """
    if uses_sqlite():
        yield
        return
    outer = _unsent.statements
    if outer is not None:
        earlier = list(outer)
        try:
            yield
        except BaseException:
            # Without the statements that the failed block has added.
            _unsent.statements = [statement for statement in _unsent.statements or () if statement in earlier]
            raise
        return
    _unsent.statements = []
    try:
        yield
        _unsent.send_all(commits=commits)
    finally:
        _unsent.statements = None


def read_later[Row](sql: str, values: Sequence[Any], convert: Callable[[tuple[Any, ...]], Row]) -> LazyRows[Row]:
    """Return rows that are read when first used, each converted by `convert`; within `round_trips`, with the others."""
    rows = LazyRows(sql, values, convert)
    if _unsent.statements is not None:
        _unsent.statements.append(rows)
    return rows


def write(sql: str, values: Sequence[Any]) -> None:
    """Execute a statement whose result is not needed; within `round_trips`, it waits."""
    write_later(sql, values, tuple)


def write_later[Row](sql: str, values: Sequence[Any], convert: Callable[[tuple[Any, ...]], Row]) -> LazyRows[Row]:
    """Execute a statement, and return its rows, each converted by `convert`; within `round_trips`, it waits."""
    rows = read_later(sql, values, convert)
    if _unsent.statements is None:
        _unsent.send(rows)
    return rows


def write_for_row(sql: str, values: Sequence[Any]) -> tuple[Any, ...]:
    """Execute a statement after all waiting statements, and return its only row."""
    return read_later(sql, values, tuple).one()
