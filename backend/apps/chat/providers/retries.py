"""When to try a model call again, and after how long."""

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
    """A failure before the first token that may pass by itself."""


def is_retryable(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status in _RETRYABLE_STATUSES or status >= _SERVER_FAULT


def read_retry_after(header: str | None) -> int | None:
    """Whole seconds from a `Retry-After` header (seconds or an HTTP date), at most a day; None where it is none."""
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
    """Seconds to wait after failed `attempt` (1, 2, …); None: give up. Retry-After is honoured up to `MAX_WAIT`."""
    if attempt >= MAX_TRIES:
        return None
    if error.retry_after is not None:
        return error.retry_after if error.retry_after <= MAX_WAIT else None
    # Half of it at random, so that many callers that failed together do not come back together.
    return _FIRST_WAIT * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.0)  # noqa: S311 - nothing secret
