"""Outages: a store or the network cannot be reached. Any other failure is a fault, which a retry cannot cure."""

from collections.abc import Callable
from errno import errorcode
from typing import Any

from django.db import InterfaceError, OperationalError
from structlog.stdlib import BoundLogger

from apps.core.repetitions import count_repetitions

_LIMIT_EXCEEDED = "54"
"""SQLSTATE class of values that PostgreSQL can never store, such as a text too long for the search index."""

_SQLITE_ERROR = 1
"""SQLite's code of a statement that it refuses. The module `sqlite3` has it too, but takes 1 MB on PostgreSQL."""

_declared: dict[type[Exception], Callable[[Any], bool]] = {}


class OutageError(Exception):
    """A store does not answer: adapters raise this in place of their library's own exceptions."""


def declare_outage[E: Exception](kind: type[E], *, when: Callable[[E], bool] = lambda _: True) -> None:
    """Count the exceptions of a library as outages; for its adapter, as nothing else imports the library."""
    _declared[kind] = when


def is_outage(error: BaseException) -> bool:
    """Return whether `error` means that a store or the network cannot be reached, so that a retry may help."""
    match error:
        case OutageError() | OSError() | InterfaceError():
            return True
        case OperationalError():
            return not _is_deterministic(error.__cause__)
        case _:
            return any(isinstance(error, kind) and when(error) for kind, when in _declared.items())


def log_failure(logger: BoundLogger, event: str, error: Exception, **fields: object) -> None:
    """Log a fault as an error with its traceback, and an outage as a one-line warning, at most once a minute.

    During an outage, loops fail every second and each request fails; `repeated` counts the lines that were left out.
    """
    if not is_outage(error):
        logger.error(event, exc_info=error, **fields)
        return
    details = {"error": _name(error), **_name_cause(error), **fields}
    repeated = count_repetitions(f"{event} {details}")
    if repeated is not None:
        logger.warning(event, **details, **({"repeated": repeated} if repeated else {}))


def _name(error: BaseException) -> str:
    """Return the class of an error, with the system's own name where that class says nothing: a full disk has none."""
    name = type(error).__name__
    return f"{name} {errorcode.get(error.errno or 0, '')}".rstrip() if type(error) is OSError else name


def _name_cause(error: BaseException) -> dict[str, str]:
    """Return the name of the first error, where `error` was raised from another, such as `DiskFull` or `SQLITE_FULL`.

    Messages are left out: those of databases may quote values.
    """
    first = error
    while first.__cause__ is not None:
        first = first.__cause__
    name = getattr(first, "sqlite_errorname", "") or _name(first)
    return {} if name == _name(error) else {"cause": name}


def _is_deterministic(cause: BaseException | None) -> bool:
    """Return whether the database refused the statement itself, for which both drivers raise OperationalError too."""
    if getattr(cause, "sqlite_errorcode", 0) & 0xFF == _SQLITE_ERROR:  # A missing table, for example.
        return True
    return (getattr(cause, "sqlstate", None) or "").startswith(_LIMIT_EXCEEDED)
