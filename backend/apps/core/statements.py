"""Queries of the ORM that every turn of a chat runs: compiled once, and then only filled in.

Compiling a query takes Django several times as long as SQLite takes to run it. The text comes from the ORM, so that a
new field of a model is in it; tests compare what the statements do with what the ORM does. See
docs/decisions/0033-hot-statements-are-compiled-once.md.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators

from apps.core.database import this_connection
from apps.core.round_trips import LazyRows, read_later
from apps.core.sql_values import Value, prepare_value

_FIRST_STAND_IN = 1_900_000_001
"""Stands for the first number while a query is compiled; no query has such a constant."""


class Select[M: Model]:
    """A query for whole rows; `kinds` are the types of the values that its builder takes: `UUID`, `int` or `str`."""

    def __init__(self, build: Callable[..., "QuerySet[M, M]"], *kinds: type[Value]) -> None:
        """Compile what `build` returns when it is first used; a value cannot be None."""
        self._build = build
        self._kinds = kinds
        self._compiled: _Compiled[M] | None = None

    def all(self, *values: Value) -> list[M]:
        return self.read_later(*values).all()

    def read_later(self, *values: Value) -> "LazyRows[M]":
        """Read the rows; within `round_trips`, with the next statement whose result is needed."""
        if self._compiled is None:
            self._compiled = _Compiled(self._build, self._kinds)
        return self._compiled.read(values)

    def first(self, *values: Value) -> M | None:
        """Return the first row; None if there is none."""
        return self.read_later(*values).first()


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
        self._related = get_related_populators(info, select, connection.alias)  # type: ignore[call-arg] # new in Django 6
        self._converters = compiler.get_converters([column[0] for column in select]).items()

    def read(self, values: Sequence[Value]) -> "LazyRows[M]":
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
    """Return a row with these column values; Django's constructor makes several calls for each column."""
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
        return _FIRST_STAND_IN + index
    return uuid4() if kind is UUID else uuid4().hex
