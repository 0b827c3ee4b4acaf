"""Statements of the database as tests watch them, on every thread: what was executed, and actions before some."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.transaction import Atomic
from django.dispatch import receiver

type Action = Callable[[Any], object]

_opened: WeakSet[BaseDatabaseWrapper] = WeakSet()
"""The connections of all threads: some threads keep theirs from one test to the next."""


@receiver(connection_created)
def _remember(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    _opened.add(connection)


class StatementWatch:
    """Watches the connections of all threads, between `begin` and `end`."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self._by_transaction: dict[Atomic, list[str]] = {}
        self._actions: list[tuple[str, Action]] = []

    @contextmanager
    def failure(self, error: Exception, *, of: str = "", only: int | None = None) -> Iterator[None]:
        """Let the statements that contain `of` raise `error`, or only the one with this number, from 1."""
        count = 0

        def fail(_values: Any) -> None:
            nonlocal count
            count += 1
            if only in {None, count}:
                raise error

        self.before(of, fail)
        try:
            yield
        finally:
            self._actions.remove((of, fail))
        assert count >= (only or 1), f"{count} statements with {of!r} were executed"

    @property
    def transactions(self) -> list[str]:
        """The statements of each transaction, joined."""
        return ["; ".join(statements) for statements in self._by_transaction.values()]

    def before(self, of: str, action: Action) -> None:
        """Call `action` with the values of each statement that contains `of`, on its thread, before it is executed."""
        self._actions.append((of, action))

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
        for block in context["connection"].atomic_blocks[:1]:
            self._by_transaction.setdefault(block, []).append(str(sql))
        for of, action in list(self._actions):
            if of in str(sql):
                action(params)
        return execute(sql, params, many, context)


@pytest.fixture
def statement_watch() -> Iterator[StatementWatch]:
    """Watch the statements of the server."""
    watch = StatementWatch()
    watch.begin()
    yield watch
    watch.end()
