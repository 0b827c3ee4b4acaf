"""Statements of the database as tests watch them, on every thread: what was executed, and faults of single ones."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver

_opened: WeakSet[BaseDatabaseWrapper] = WeakSet()
"""The connections of all threads: some threads keep theirs from one test to the next."""


@receiver(connection_created)
def _remember(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    _opened.add(connection)


class StatementWatch:
    """Watches the connections of all threads, between `begin` and `end`."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self._fault: Callable[[str], None] | None = None

    @contextmanager
    def fault(self, error: Exception, *, of: str = "", only: int | None = None) -> Iterator[None]:
        """Let the statements that contain `of` raise `error`, or only the one with this number, from 1."""
        count = 0

        def fail(sql: str) -> None:
            nonlocal count
            count += of in sql
            if of in sql and only in {None, count}:
                raise error

        self._fault = fail
        try:
            yield
        finally:
            self._fault = None
        assert count >= (only or 1), f"{count} statements with {of!r} were executed"

    def begin(self) -> None:
        for connection in _opened:
            self._watch(connection=connection)
        connection_created.connect(self._watch)

    def end(self) -> None:
        connection_created.disconnect(self._watch)
        for connection in _opened:
            if self._execute in connection.execute_wrappers:
                connection.execute_wrappers.remove(self._execute)

    def _watch(self, *, connection: BaseDatabaseWrapper, **_: Any) -> None:
        if self._execute not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._execute)

    def _execute(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.statements.append(str(sql))
        if self._fault is not None:
            self._fault(str(sql))
        return execute(sql, params, many, context)


@pytest.fixture
def statement_watch() -> Iterator[StatementWatch]:
    """Watch the statements of the server."""
    watch = StatementWatch()
    watch.begin()
    yield watch
    watch.end()
