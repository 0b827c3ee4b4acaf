"""Retries of model calls: when, and after how long."""

import math
import random
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from apps.chat.providers.errors import Failure, ProviderUnavailableError
from apps.chat.providers.failures.durations import read_duration

MAX_ATTEMPTS = 3
MAX_WAIT_SECONDS = 30.0
_FIRST_WAIT_SECONDS = 0.5
_MAX_RETRY_AFTER_SECONDS = 86_400
_RETRYABLE_STATUSES = frozenset({408, 409, 429})
_TRANSIENT_FAILURES = frozenset({Failure.ERROR, Failure.OVERLOADED, Failure.UNREACHABLE})
"""Failures that may be over at the next try. Without credit, or with a prompt that is too long, no retry can help."""

_RESET = re.compile(r"(?<=ratelimit-)reset", re.IGNORECASE)
_IN_MILLISECONDS = ("retry-after-ms", "x-ms-retry-after-ms")


class TransientError(ProviderUnavailableError):
    """A temporary failure before the first token."""


def is_retryable(status: int) -> bool:
    """Return whether the same request may succeed later."""
    return status in _RETRYABLE_STATUSES or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def make_refusal_error(failure: Failure, *, status: int | None, retry_after: int | None) -> ProviderUnavailableError:
    """Return the error of a refused request, with the HTTP `status` of the response or of the error that it reports.

    It is a `TransientError` if the same request may succeed later.
    """
    may_pass = failure is Failure.OVERLOADED if status is None else is_retryable(status)
    kind = TransientError if may_pass and failure in _TRANSIENT_FAILURES else ProviderUnavailableError
    return kind("the model service refused the request", status=status, retry_after=retry_after, failure=failure)


def find_retry_after(headers: Mapping[str, str], stated: float | None) -> int | None:
    """Return the whole seconds of the header `retry-after-ms` (OpenAI, Azure) or `Retry-After`, else of `stated`."""
    for name in _IN_MILLISECONDS:
        try:
            return whole_seconds(float(headers[name]) / 1_000)
        except (KeyError, ValueError):
            continue
    seconds = read_retry_after(headers.get("Retry-After"))
    return whole_seconds(stated) if seconds is None else seconds


def find_limit_reset(headers: Mapping[str, str]) -> float | None:
    """Return the seconds until all exhausted limits are reset (OpenAI, OpenRouter); None if no limit is exhausted."""
    resets = {name: value for name, value in headers.items() if _RESET.search(name)}
    used_up = [value for name, value in resets.items() if headers.get(_RESET.sub("remaining", name)) == "0"]
    return max((wait for value in used_up if (wait := read_duration(value)) is not None), default=None)


def whole_seconds(seconds: float | None) -> int | None:
    """Return a wait in whole seconds, at most a day; None if there is none, or if it is not finite."""
    if seconds is None or not math.isfinite(seconds):
        return None
    return math.ceil(min(max(seconds, 0), _MAX_RETRY_AFTER_SECONDS))


def read_retry_after(header: str | None) -> int | None:
    """Return the whole seconds of a `Retry-After` header (seconds or an HTTP date), at most a day, or None."""
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(header).timestamp() - time.time()
        except ValueError:
            return whole_seconds(read_duration(header))
    return whole_seconds(seconds)


def choose_retry_delay(attempt: int, error: TransientError) -> float | None:
    """Return the seconds to wait after the failed `attempt` (1, 2, …), or None to give up.

    A service that asks for more than `MAX_WAIT_SECONDS` is given up.
    """
    if attempt >= MAX_ATTEMPTS:
        return None
    if error.retry_after is not None:
        return error.retry_after if error.retry_after <= MAX_WAIT_SECONDS else None
    # Half of it is random, so that callers that failed together do not retry together.
    return _FIRST_WAIT_SECONDS * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.0)  # noqa: S311 - not a secret
