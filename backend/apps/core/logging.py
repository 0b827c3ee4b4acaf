"""Logging: JSON lines (coloured text in DEBUG) with the ids of the request and the user, and never what users wrote.

No line holds a token, a password, a key, a cookie, a query string or the text of a message. Exceptions are logged with
their types and their traceback; a message may quote user input, so it is logged only if the type is harmless.
"""

import json
import logging
import logging.config
import re
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import UTC, datetime
from typing import Any, override
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from structlog.typing import EventDict, Processor, WrappedLogger

from apps.core.http.asgi import GetResponse
from apps.core.repetitions import count_repetitions

logger = structlog.get_logger(__name__)

REQUEST_ID_HEADER = "X-Request-ID"
_VALID_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

# Their messages name code, files and addresses, never user input.
_SAFE = (OSError, ArithmeticError, AttributeError, ImportError, NameError, NotImplementedError, TypeError)

MAX_REFUSAL_LENGTH = 200
"""Characters of a line about a refused request, which may quote a header."""

# Loggers that are too verbose at INFO, or that repeat our own line per request.
_LEVELS: Mapping[str, int] = {
    "axes": logging.ERROR,
    "daphne": logging.WARNING,
    "django.request": logging.ERROR,
    "django.server": logging.ERROR,
    "httpx": logging.WARNING,
    "uvicorn.access": logging.CRITICAL,
    "uvicorn.error": logging.INFO,  # at DEBUG it logs every frame of a socket, with tokens and messages
}


def configure_logging(options: Mapping[str, Any]) -> None:
    """Configure all logging of the process (Django's `LOGGING_CONFIG`); `options` has `level`."""
    # No line shows these fields, and collecting them takes as long as everything else.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.logAsyncioTasks = False  # type: ignore[attr-defined]
    logging._srcfile = None  # noqa: SLF001 - as the documentation of `logging` says
    shared: Sequence[Processor] = [structlog.contextvars.merge_contextvars, _add_standard_fields]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(_describe_logging(options["level"], shared))


def log_requests(get_response: GetResponse) -> GetResponse:
    """Outermost middleware: give each request an id, and log one line per response.

    A valid `X-Request-ID` of the request is kept; the response carries the id.
    """

    def respond(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get(REQUEST_ID_HEADER, "")
        request_id = given if _VALID_REQUEST_ID.fullmatch(given) else uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        response = get_response(request)
        response.headers[REQUEST_ID_HEADER] = request_id
        logger.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            ms=round((time.perf_counter() - started) * 1000, 1),
        )
        structlog.contextvars.clear_contextvars()
        return response

    return respond


def log_admin_user(get_response: GetResponse) -> GetResponse:
    """Middleware after authentication: bind the user of the administration to the log; the API binds its own.

    It is the innermost one and synchronous, so Django runs all middleware on one thread, without switching.
    """

    def respond(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/admin/") and request.user.is_authenticated:
            structlog.contextvars.bind_contextvars(user_id=str(request.user.pk))
        return get_response(request)

    return respond


def _add_standard_fields(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Add the level, the logger and the time."""
    record = event.get("_record")  # of a library
    event["level"] = "error" if method == "exception" else method
    event["logger"] = logger.name if record is None else record.name
    event["timestamp"] = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return event


class _LineFormatter(structlog.stdlib.ProcessorFormatter):
    """structlog's formatter, which renders our own lines without a copy of their records."""

    def __init__(self, processors: Sequence[Processor], foreign_pre_chain: Sequence[Processor]) -> None:
        """Take `processors` as structlog's formatter does; the first removes fields that only that formatter adds."""
        super().__init__(processors=processors, foreign_pre_chain=foreign_pre_chain)
        self._own = tuple(processors)[1:]

    @override
    def format(self, record: logging.LogRecord) -> str:
        if "_logger" not in record.__dict__:  # of a library
            return super().format(record)
        event: Any = record.__dict__["msg"].copy()
        for process in self._own:
            event = process(None, "", event)
        return str(event)


_encoder = json.JSONEncoder(default=repr)


def _render_json(_logger: WrappedLogger, _name: str, event: EventDict) -> str:
    return _encoder.encode(event)


def _describe_logging(level: str, shared: Sequence[Processor]) -> dict[str, Any]:
    render: Processor = structlog.dev.ConsoleRenderer() if settings.DEBUG else _render_json
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "no_queries": {"()": _WithoutSocketRequests},
            "refusals": {"()": _RefusalsInOneLine},
            "outages": {"()": _OutagesInOneLine},
        },
        "formatters": {
            "structured": {
                "()": _LineFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    _describe_exception,
                    render,
                ],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "structured",
                "filters": ["no_queries", "refusals", "outages"],
            }
        },
        "root": {"level": level, "handlers": ["stderr"]},
        "loggers": {
            **{name: {"level": max(quiet, logging.getLevelNamesMapping()[level])} for name, quiet in _LEVELS.items()},
            # Without this, Django and uvicorn would also write through their own handlers.
            "django": {"handlers": [], "propagate": True},
            "uvicorn": {"handlers": [], "propagate": True},
        },
    }


class _WithoutSocketRequests(logging.Filter):
    """Drops uvicorn's lines about WebSocket requests, which quote the query string."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        return not (record.name == "uvicorn.error" and '"WebSocket %s"' in str(record.msg))


class _RefusalsInOneLine(logging.Filter):
    """Turns the log line of a request that Django refuses (`SuspiciousOperation`) into a warning without traceback.

    Its client causes it, for example by a `Host` that is not ours, and can repeat it at will.
    """

    @override
    def filter(self, record: logging.LogRecord) -> logging.LogRecord:
        if not record.name.startswith("django.security."):
            return record
        line = copy(record)
        line.levelno, line.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        line.msg, line.args, line.exc_info = record.getMessage()[:MAX_REFUSAL_LENGTH], (), None
        return line


class _OutagesInOneLine(logging.Filter):
    """Drops Django's lines about 5xx responses without an exception, which our lines of the requests repeat.

    Of the pool's lines about a database that does not answer, several per second, one passes each minute.
    """

    @override
    def filter(self, record: logging.LogRecord) -> bool | logging.LogRecord:
        if record.name == "django.request":
            return record.exc_info is not None
        if record.name != "psycopg.pool":
            return True
        line = copy(record)
        line.msg, line.args = record.getMessage().partition("\n")[0], ()
        return line if count_repetitions(line.msg) is not None else False


def _describe_exception(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by the types and tracebacks of the exceptions."""
    given = event.pop("exc_info", None)
    if isinstance(given, BaseException):
        error: BaseException | None = given
    elif isinstance(given, tuple):
        error = given[1]
    else:
        error = sys.exc_info()[1] if given else None
    if error is not None:
        event["exception"] = "\n".join(_describe_chain(error))
    return event


def _describe_chain(error: BaseException) -> list[str]:
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        message = f": {current}" if isinstance(current, _SAFE) else ""
        places = traceback.format_list(traceback.extract_tb(current.__traceback__))
        lines = ["".join(places) + f"{type(current).__module__}.{type(current).__qualname__}{message}", *lines]
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return lines
