"""Failures while a WebSocket is served: logged with an id that the client also receives."""

import secrets

import structlog

from apps.core.errors import AppError, TemporarilyUnavailableError
from apps.core.outages import is_temporary, log_failure

logger = structlog.get_logger(__name__)


def report_failure(error: Exception, event: str) -> AppError:
    """Log `error` and return the refusal for the client; `event` is what was being served."""
    report_id = secrets.token_hex(6)
    log_failure(logger, "socket_failed", error, report_id=report_id, socket_event=event)
    if is_temporary(error):
        return TemporarilyUnavailableError(f"The server cannot do this right now (report {report_id}).", retry_after=1)
    return AppError(f"Something went wrong on the server (report {report_id}).")
