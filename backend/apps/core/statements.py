"""Statements of the ORM that every turn of a chat runs: compiled once, and then only filled in.

Compiling a query takes Django several times as long as SQLite takes to run it. The text comes from the ORM, so that a
new field of a model is in it; tests compare what the statements do with what the ORM does. See
docs/decisions/0033-hot-statements-are-compiled-once.md.
"""

import json
import re
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators

from apps.core.database import this_connection, uses_sqlite

type Value = UUID | int | str
"""A value of a statement."""

_FIRST_NUMBER = 1_900_000_001
"""Stands for the first number while a query is compiled; no query has such a constant."""


class Select[M: Model]:
    """A query for whole rows; `kinds` are the types of the values that its builder takes: `UUID`, `int` or `str`."""

    def __init__(self, build: Callable[..., "QuerySet[M, M]"], *kinds: type[Value]) -> None:
        """Compile what `build` returns when it is first used; a value cannot be None."""
        self._build = build
        self._kinds = kinds
        self._compiled: _Compiled[M] | None = None

    def all(self, *values: Value) -> list[M]:
        return self.later(*values).all()

    def later(self, *values: Value) -> "Later[M]":
        """Read the rows; within `round_trips`, with the next statement whose result is needed."""
        if self._compiled is None:
            self._compiled = _Compiled(self._build, self._kinds)
        return self._compiled.read(values)

    def first(self, *values: Value) -> M | None:
        """Return the first row; None if there is none."""
        return self.later(*values).first()


class _Compiled[M: Model]:
    def __init__(self, build: Callable[..., "QuerySet[M, M]"], kinds: Sequence[type[Value]]) -> None:
        stand_ins = [_make_stand_in(kind, index) for index, kind in enumerate(kinds)]
        queryset = build(*stand_ins)
        compiler: Any = queryset.query.get_compiler(connection=connection)
        self._sql, parameters = compiler.as_sql()
        prepared = [prepare_value(value) for value in stand_ins]
        self._parameters = [
            (prepared.index(value), None) if value in prepared else (None, value) for value in parameters
        ]
        select, info = compiler.select, compiler.klass_info
        self._model: type[M] = info["model"]
        self._fields = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        self._names = [column[0].target.attname for column in select[self._fields]]
        self._related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg] # of Django 6
        self._converters = compiler.get_converters([column[0] for column in select]).items()

    def read(self, values: Sequence[Value]) -> "Later[M]":
        filled = [fixed if index is None else prepare_value(values[index]) for index, fixed in self._parameters]
        return read_later(self._sql, filled, self._make)

    def _make(self, stored: tuple[Any, ...]) -> M:
        row = list(stored)
        database = this_connection()
        for index, (converters, expression) in self._converters:
            value = row[index]
            for convert in converters:
                value = convert(value, expression, database)
            row[index] = value
        instance = make_instance(self._model, dict(zip(self._names, row[self._fields], strict=True)))
        mark_stored(instance)
        for related in self._related:
            related.populate(row, instance)
        return instance


def make_instance[M: Model](model: type[M], values: dict[str, Any]) -> M:
    """Return a row with these column values; Django's constructor and signals would call functions for each column."""
    instance = model.__new__(model)
    instance._state = ModelState()
    instance.__dict__.update(values)
    return instance


def mark_stored(instance: Model) -> None:
    """Note that the database has a row."""
    instance._state.adding = False
    instance._state.db = DEFAULT_DB_ALIAS


def _make_stand_in(kind: type[Value], index: int) -> Value:
    if kind is int:
        return _FIRST_NUMBER + index
    return uuid4() if kind is UUID else uuid4().hex


def prepare_value(value: Value | datetime) -> Any:  # noqa: ANN401 - what the driver of the database takes
    """Convert a value to the type that the database driver expects."""
    if isinstance(value, datetime):
        # As `adapt_datetimefield_value` of Django, in eight calls.
        return str(value.astimezone(UTC).replace(tzinfo=None)) if uses_sqlite() else value
    return value.hex if isinstance(value, UUID) and uses_sqlite() else value


def match_ids(ids: Collection[UUID]) -> tuple[str, Any]:
    """Return the condition that a column holds one of `ids`, with one placeholder, and its value."""
    if uses_sqlite():
        return "IN (SELECT value FROM json_each(%s))", json.dumps([one.hex for one in ids])
    return "= ANY(%s::uuid[])", list(ids)


def read_id(row: tuple[Any, ...]) -> UUID:
    """Return the id in the first column of a row: SQLite returns its hexadecimal digits."""
    value = row[0]
    return value if isinstance(value, UUID) else UUID(value)


class Later[Row]:
    """Rows that are read when they are first used or, in `round_trips`, with the next statement that has to be sent."""

    __slots__ = ("_make", "rows", "sql", "values")

    def __init__(self, sql: str, values: Sequence[Any], make: Callable[[tuple[Any, ...]], Row]) -> None:
        """Execute nothing yet; `make` converts each row."""
        self.sql = sql
        self.values = values
        self._make = make
        self.rows: list[tuple[Any, ...]] | None = None
        """What the database has returned."""

    def all(self) -> list[Row]:
        if self.rows is None:
            if self not in (_unsent.statements or ()):
                _unsent.send(self)
            else:
                _unsent.send_all()
        return [self._make(row) for row in self.rows or ()]

    def one(self) -> Row:
        (row,) = self.all()
        return row

    def first(self) -> Row | None:
        """Return the first row; None if there is none."""
        return next(iter(self.all()), None)


class _Unsent(threading.local):
    """The statements of this thread's block of `round_trips`; None outside one."""

    statements: list[Later[Any]] | None = None

    def send(self, *statements: Later[Any], commits: bool = False) -> None:
        """Execute statements in one round trip, with `commits` together with the end of the transaction.

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
    return settings.DEBUG  # Each look at a setting passes Django's layers.


def _send_to_driver(database: Any, statements: Sequence[Later[Any]], *, commits: bool) -> bool:  # noqa: ANN401 - of either database
    """Execute statements on the driver's own connection; False if that cannot do it."""
    driver = database.connection
    if not (uses_sqlite() or hasattr(driver, "round_trip")):
        return False
    if database.needs_rollback:
        database.validate_no_broken_transaction()
    try:
        if uses_sqlite():
            for one in statements:
                one.rows = driver.execute(_for_sqlite(one.sql), one.values).fetchall()
        else:
            commits = commits and len(database.atomic_blocks) == 1
            results = driver.round_trip.execute([(one.sql, one.values) for one in statements], commits=commits)
            for one, rows in zip(statements, results, strict=True):
                one.rows = rows
    except Exception:
        with database.wrap_database_errors:
            raise
    return True


def _send_by_cursor(database: Any, statements: Sequence[Later[Any]]) -> None:  # noqa: ANN401 - of either database
    with database.cursor() as cursor:
        cursor.execute("; ".join(one.sql for one in statements), [value for one in statements for value in one.values])
        for one in statements:
            one.rows = cursor.fetchall() if cursor.description else []
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
        before = list(outer)
        try:
            yield
        except BaseException:
            _unsent.statements = [one for one in _unsent.statements or () if one in before]
            raise
        return
    _unsent.statements = []
    try:
        yield
        _unsent.send_all(commits=commits)
    finally:
        _unsent.statements = None


def read_later[Row](sql: str, values: Sequence[Any], make: Callable[[tuple[Any, ...]], Row]) -> Later[Row]:
    """Read rows, each converted by `make`."""
    later = Later(sql, values, make)
    if _unsent.statements is not None:
        _unsent.statements.append(later)
    return later


def write(sql: str, values: Sequence[Any]) -> None:
    """Execute a statement whose result is not needed; within `round_trips`, it waits."""
    write_later(sql, values, tuple)


def write_later[Row](sql: str, values: Sequence[Any], make: Callable[[tuple[Any, ...]], Row]) -> Later[Row]:
    """Execute a statement, and convert each row that it returns by `make`; within `round_trips`, it waits."""
    later = read_later(sql, values, make)
    if _unsent.statements is None:
        _unsent.send(later)
    return later


def write_for_row(sql: str, values: Sequence[Any]) -> tuple[Any, ...]:
    """Execute a statement after all waiting statements, and return its only row."""
    return read_later(sql, values, tuple).one()


def next_key(model: type[Model]) -> Later[int] | None:
    """Read the next key of a table, so that it is known before the new row is stored; None on SQLite."""
    if uses_sqlite():
        return None
    table = model._meta.db_table
    return read_later("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table], lambda row: int(row[0]))
