"""Statements of the ORM that are compiled once and then only filled in, for what each turn of a chat runs.

Compiling a query takes Django several times as long as SQLite takes to run it. The text comes from the ORM, so that a
new field of a model is in it; tests compare what the statements do with what the ORM does.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import connection
from django.db.models import Field, Model, QuerySet, UUIDField
from django.db.models.query import get_related_populators
from django.db.models.sql import InsertQuery

_UUID = UUIDField[UUID, UUID]() if TYPE_CHECKING else UUIDField()
_FIRST_NUMBER = 1_900_000_001
"""Stands for the first number while a query is compiled; no query has such a constant."""


class Select[M: Model]:
    """A query for whole rows; `kinds` are the types of the values (`UUID` or `int`) that its builder takes."""

    def __init__(self, build: Callable[..., "QuerySet[M, M]"], *kinds: type[UUID | int]) -> None:
        """Compile what `build` returns when it is first used; None as a value is not possible."""
        self._build = build
        self._kinds = kinds
        self._compiled: dict[str, _Compiled[M]] = {}

    def all(self, *values: UUID | int) -> list[M]:
        """Return the rows."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = _Compiled(self._build, self._kinds)
        return compiled.run(values)

    def first(self, *values: UUID | int) -> M | None:
        """Return the first row; None if there is none."""
        rows = self.all(*values)
        return rows[0] if rows else None


class _Compiled[M: Model]:
    def __init__(self, build: Callable[..., "QuerySet[M, M]"], kinds: Sequence[type[UUID | int]]) -> None:
        stand_ins = [uuid4() if kind is UUID else _FIRST_NUMBER + index for index, kind in enumerate(kinds)]
        queryset = build(*stand_ins)
        compiler: Any = queryset.query.get_compiler(connection=connection)
        self._sql, parameters = compiler.as_sql()
        prepared = [prepare(value) for value in stand_ins]
        self._parameters = [
            (prepared.index(value), None) if value in prepared else (None, value) for value in parameters
        ]
        select, info = compiler.select, compiler.klass_info
        self._model: type[M] = info["model"]
        self._fields = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        self._names = [column[0].target.attname for column in select[self._fields]]
        self._related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg] # of Django 6
        self._converters = compiler.get_converters([column[0] for column in select]).items()

    def run(self, values: Sequence[UUID | int]) -> list[M]:
        filled = [fixed if index is None else prepare(values[index]) for index, fixed in self._parameters]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, filled)
            rows = cursor.fetchall()
        return [self._make(list(row)) for row in rows]

    def _make(self, row: list[Any]) -> M:
        for index, (converters, expression) in self._converters:
            value = row[index]
            for convert in converters:
                value = convert(value, expression, connection)
            row[index] = value
        made = self._model.from_db(connection.alias, self._names, row[self._fields])
        for related in self._related:
            related.populate(row, made)
        return made


def prepare(value: UUID | int) -> Any:  # noqa: ANN401 - what the driver of the database takes
    """Return an id or a number as the database takes it."""
    return _UUID.get_db_prep_value(value, connection) if isinstance(value, UUID) else value


def insert_row(row: Model) -> None:
    """Store a new row as `save(force_insert=True)` does, without signals, and set a key that the database makes."""
    model = type(row)
    sql, fields, makes_key = _insertion(model, connection.vendor)
    values = [_stored(row, field, add=True) for field in fields]
    if makes_key:
        (row.pk,) = write_for_row(sql, values)
    else:
        write(sql, values)
    row._state.adding = False  # noqa: SLF001 - Django's documented way to tell a new row
    row._state.db = connection.alias  # noqa: SLF001


def update_row(row: Model, *names: str) -> None:
    """Store the fields `names` of a row that exists, as `save(update_fields=names)` does, without its signals."""
    sql, fields = _update(type(row), names, connection.vendor)
    write(sql, [_stored(row, field, add=False) for field in fields])


class _Waiting(threading.local):
    writes: list[tuple[str, Sequence[Any]]] | None = None


_waiting = _Waiting()


@contextmanager
def writes_together() -> Iterator[None]:
    """Let the writes of the block wait for the next one whose result is needed, or for the end: one round trip for all.

    For use within a transaction. Queries of the block do not see writes that wait. No effect on SQLite, which has no
    round trips.
    """
    if connection.vendor == "sqlite":
        yield
        return
    _waiting.writes = []
    try:
        yield
        _send_waiting()
    finally:
        _waiting.writes = None


def write(sql: str, values: Sequence[Any]) -> None:
    """Execute a statement whose result is not needed; within `writes_together`, it waits."""
    if _waiting.writes is not None:
        _waiting.writes.append((sql, values))
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def write_for_row(sql: str, values: Sequence[Any]) -> tuple[Any, ...]:
    """Execute a statement, after all that wait, and return the one row that it returns."""
    if _waiting.writes is not None:
        _waiting.writes.append((sql, values))
        return _send_waiting()
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def _send_waiting() -> tuple[Any, ...]:
    """Execute what waits, in its order; return the row of the last statement, if it returns one."""
    waiting, _waiting.writes = _waiting.writes or [], []
    if not waiting:
        return ()
    sql = "; ".join(statement for statement, _ in waiting)
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _, values in waiting for value in values])
        while cursor.nextset():
            pass
        row: tuple[Any, ...] = cursor.fetchone() if cursor.description else ()
    return row


def _stored(row: Model, field: "Field[Any, Any]", *, add: bool) -> Any:  # noqa: ANN401 - what the driver takes
    return field.get_db_prep_save(field.pre_save(row, add=add), connection=connection)


@cache
def _insertion(model: type[Model], vendor: str) -> tuple[str, list["Field[Any, Any]"], bool]:  # noqa: ARG001 - of the key
    meta = model._meta  # noqa: SLF001 - Django documents `_meta`
    key = meta.auto_field
    fields = [field for field in meta.local_concrete_fields if field is not key]
    query: Any = InsertQuery(model)
    query.insert_values(fields, [model()])
    compiler = query.get_compiler(connection=connection)
    compiler.returning_fields = [] if key is None else [key]
    ((sql, _),) = compiler.as_sql()
    return sql, fields, key is not None


@cache
def _update(model: type[Model], names: tuple[str, ...], vendor: str) -> tuple[str, list["Field[Any, Any]"]]:  # noqa: ARG001 - of the key
    meta = model._meta  # noqa: SLF001 - Django documents `_meta`
    fields = [field for name in names if isinstance(field := meta.get_field(name), Field)]
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)
    sql = f"UPDATE {quote(meta.db_table)} SET {columns} WHERE {quote(str(meta.pk.column))} = %s"  # noqa: S608 - of the model
    return sql, [*fields, meta.pk]
