"""Outages: failures of a store or of the network that pass by themselves, told apart from faults of our own code.

An outage is expected and worth trying again; anything else is a fault that trying again does not cure.
"""

import sqlite3

from django.db import InterfaceError, OperationalError
from structlog.stdlib import BoundLogger

_LIMIT_EXCEEDED = "54"
"""SQLSTATE class of what PostgreSQL will never store, such as a text too long for the search index."""


class OutageError(Exception):
    """A store does not answer: what the adapters make of the exceptions of its library."""


def is_outage(error: BaseException) -> bool:
    """Return whether `error` says that a store or the network is out of reach, so that trying again may help."""
    match error:
        case OutageError() | OSError() | InterfaceError():
            return True
        case OperationalError():
            return not _is_deterministic(error.__cause__)
        case _:
            return False


def log_failure(logger: BoundLogger, event: str, error: Exception, **fields: object) -> None:
    """Log an outage as one warning, and anything else as an error with its traceback."""
    if is_outage(error):
        logger.warning(event, error=type(error).__name__, **fields)
    else:
        logger.error(event, exc_info=error, **fields)


def _is_deterministic(cause: BaseException | None) -> bool:
    """Return whether the database refused the statement itself: both drivers raise OperationalError for that too."""
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_ERROR  # A missing table, for example.
    return (getattr(cause, "sqlstate", None) or "").startswith(_LIMIT_EXCEEDED)
