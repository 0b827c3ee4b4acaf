"""Retries of model calls: when, and after how long."""

import math
import random
import time
from email.utils import parsedate_to_datetime

from apps.chat.providers.base import ProviderUnavailableError

MAX_TRIES = 3
MAX_WAIT = 30.0
_FIRST_WAIT = 0.5
_MAX_RETRY_AFTER = 86_400
_SERVER_FAULT = 500
_RETRYABLE_STATUSES = frozenset({408, 409, 429})


class TransientError(ProviderUnavailableError):
    """A temporary failure before the first token."""


def is_retryable(status: int) -> bool:
    """Return whether the same request may succeed later."""
    return status in _RETRYABLE_STATUSES or status >= _SERVER_FAULT


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
            return None
    if not math.isfinite(seconds):
        return None
    return math.ceil(min(max(seconds, 0), _MAX_RETRY_AFTER))


def wait_before(attempt: int, error: TransientError) -> float | None:
    """Return seconds to wait after failed `attempt` (1, 2, …), or None to give up. `MAX_WAIT` bounds Retry-After."""
    if attempt >= MAX_TRIES:
        return None
    if error.retry_after is not None:
        return error.retry_after if error.retry_after <= MAX_WAIT else None
    # Half of it is random, so that callers that failed together do not retry together.
    return _FIRST_WAIT * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.0)  # noqa: S311 - not a secret
