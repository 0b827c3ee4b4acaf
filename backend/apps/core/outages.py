"""Outages: a store or the network cannot be reached. Any other failure is a fault, which a retry cannot cure."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import errorcode
from typing import Any

from django.db import IntegrityError, InterfaceError, InternalError, OperationalError
from structlog.stdlib import BoundLogger

from apps.core.repetitions import count_repetitions

_LIMIT_EXCEEDED = "54"
"""SQLSTATE class of values that PostgreSQL can never store, such as a text too long for the search index."""

_SQLITE_ERROR = 1
"""SQLite's code of a statement that it refuses. The module `sqlite3` has it too, but takes 1 MB on PostgreSQL."""

_READ_ONLY = "25006"
"""SQLSTATE of a write that PostgreSQL refuses because it is a standby, for which the driver has no OperationalError."""

_DATABASE_REASONS = {
    "SQLITE_FULL": "The disk of the database is full.",
    "DiskFull": "The disk of the database is full.",
    "SQLITE_READONLY": "The file of the database, or its folder, cannot be written.",
    "ReadOnlySqlTransaction": "PostgreSQL takes no writes: DATABASE_URL must name the primary.",
}
"""Names of refusals to write."""

_REASONS = _DATABASE_REASONS | {
    "OSError EDQUOT": "The disk quota is used up.",
    "OSError ENOSPC": "The disk is full.",
    "OSError EROFS": "The file system is read-only.",
}

_declared: dict[type[Exception], tuple[Callable[[Any], bool], Callable[[Any], str]]] = {}


REFUSAL_SECONDS = 60.0


class _LastRefusal:
    at = -math.inf
    """When the database last refused a write, on the monotonic clock."""


class OutageError(Exception):
    """A store does not answer: adapters raise this in place of their library's own exceptions."""


def declare_outage[E: Exception](
    kind: type[E], *, when: Callable[[E], bool] = lambda _: True, explain: Callable[[E], str] = lambda _: ""
) -> None:
    """Count exceptions of a library as outages; its adapter calls this, because nothing else imports the library.

    `explain` returns a sentence for operators, or an empty string.
    """
    _declared[kind] = when, explain


def is_outage(error: BaseException) -> bool:
    """Return whether `error` means that a store or the network cannot be reached, so that a retry may help."""
    match error:
        case OutageError() | OSError() | InterfaceError():
            return True
        case OperationalError():
            return not _is_deterministic(error.__cause__)
        case InternalError():
            return getattr(error.__cause__, "sqlstate", None) == _READ_ONLY
        case _:
            return any(isinstance(error, kind) and when(error) for kind, (when, _) in _declared.items())


def is_temporary(error: Exception) -> bool:
    """Return whether the client may try again: after an outage, or a conflict with another transaction."""
    return is_outage(error) or isinstance(error, IntegrityError)


def log_failure(logger: BoundLogger, event: str, error: Exception, **fields: object) -> None:
    """Log a fault as an error with its traceback, and an outage as a one-line warning, at most once a minute.

    During an outage, loops fail every second and each request fails; `repeated` counts the lines that were left out.
    `cause` is the first error, such as `DiskFull`, and `reason` what it means.
    """
    first = _find_first(error)
    name = getattr(first, "sqlite_errorname", "") or _name(first)
    if name.startswith("SQLITE_READONLY"):  # SQLITE_READONLY_DIRECTORY and the like.
        name = "SQLITE_READONLY"
    if name in _DATABASE_REASONS:
        _LastRefusal.at = time.monotonic()
    reason = _REASONS.get(name) or _explain(first)
    explained = {"reason": reason, **fields} if reason else fields
    if not is_outage(error):
        logger.error(event, exc_info=error, **explained)
        return
    # Messages are left out: a database may quote values.
    cause = {} if name == _name(error) else {"cause": name}
    details = {"error": _name(error), **cause, **explained}
    repeated = count_repetitions(f"{event} {details}")
    if repeated is not None:
        logger.warning(event, **details, **({"repeated": repeated} if repeated else {}))


def has_refused_writes() -> bool:
    """Return whether the database has refused a write within the last minute, because it is full or read-only."""
    return time.monotonic() - _LastRefusal.at < REFUSAL_SECONDS


def forget_refused_writes() -> None:
    """Note that the database has taken a write again."""
    _LastRefusal.at = -math.inf


def _find_first(error: BaseException) -> BaseException:
    """Return the first error, from which the others up to `error` were raised."""
    while error.__cause__ is not None:
        error = error.__cause__
    return error


@contextmanager
def logging_failures(logger: BoundLogger, event: str) -> Iterator[None]:
    """Log an exception of the block instead of raising it: for loops, which try again and have other work too."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - logged with its traceback, unless it is an outage
        log_failure(logger, event, error)


def _name(error: BaseException) -> str:
    """Return the class of an error, for a plain `OSError` with the name of its number, such as ENOSPC (a full disk)."""
    name = type(error).__name__
    return f"{name} {errorcode.get(error.errno or 0, '')}".rstrip() if type(error) is OSError else name


def _explain(error: BaseException) -> str:
    return next((explain(error) for kind, (_, explain) in _declared.items() if isinstance(error, kind)), "")


def _is_deterministic(cause: BaseException | None) -> bool:
    """Return whether the database refused the statement itself, for which both drivers raise OperationalError too."""
    if getattr(cause, "sqlite_errorcode", 0) & 0xFF == _SQLITE_ERROR:  # A missing table, for example.
        return True
    return (getattr(cause, "sqlstate", None) or "").startswith(_LIMIT_EXCEEDED)
