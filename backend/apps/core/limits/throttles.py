"""Throttles by client network and by user."""

import math
import threading
import time
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from apps.core.errors import RateLimitError
from apps.core.http.client_address import client_address, client_network
from apps.core.limits.base import Limit
from apps.core.limits.registry import get_rate_limiter

MAX_REFUSALS_REMEMBERED = 10_000


def throttle_unauthenticated(request: HttpRequest) -> None:
    """Count a request without valid credentials; raises RateLimitError beyond `THROTTLE_ANONYMOUS`."""
    throttle_network(request, "anonymous", settings.THROTTLE_ANONYMOUS)


def throttle_network(request: HttpRequest, bucket: str, rate: str) -> None:
    """Count a request of its client network in `bucket`; raises RateLimitError beyond `rate` (see `throttle_key`)."""
    throttle_key(f"{bucket}:{client_network(client_address(request.META))}", rate)


def throttle_user(user_id: UUID) -> None:
    """Count a call of a signed-in user; raises RateLimitError beyond `THROTTLE_USER`."""
    throttle_key(f"user:{user_id.hex}", settings.THROTTLE_USER)


def throttle_key(key: str, rate: str) -> None:
    """Count a call under any key; raises RateLimitError beyond `rate` (`count/seconds` or `off`)."""
    if wait := get_rate_limiter().hit(key, Limit.parse(rate)):
        _refusals.note(key, rate, wait)
        raise RateLimitError(retry_after=wait)


def undo_hit(key: str, rate: str) -> None:
    """Undo the latest count of `throttle_key` under `key`."""
    get_rate_limiter().undo_hit(key, Limit.parse(rate))


def find_known_refusal(key: str, rate: str) -> RateLimitError | None:
    """Return the error that `throttle_key` is known to raise for this call, without counting it.

    For the event loop: it asks neither Redis nor another thread.
    """
    wait = _refusals.seconds_left(key, rate)
    return RateLimitError(retry_after=wait) if wait else None


class _Refusals:
    """The times until which the latest refused calls are refused: a full window does not change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[tuple[str, str], float] = {}  # the latest last

    def note(self, key: str, rate: str, wait: int) -> None:
        """Note that a call may come in `wait` seconds, which are rounded up."""
        with self._lock:
            self._until.pop((key, rate), None)
            self._until[key, rate] = time.monotonic() + wait - 1
            while len(self._until) > MAX_REFUSALS_REMEMBERED:
                del self._until[next(iter(self._until))]

    def seconds_left(self, key: str, rate: str) -> int:
        """Return the whole seconds to wait, or 0 if that is not known; for any thread."""
        left = self._until.get((key, rate), 0.0) - time.monotonic()
        return math.ceil(left) + 1 if left > 0 else 0


_refusals = _Refusals()
