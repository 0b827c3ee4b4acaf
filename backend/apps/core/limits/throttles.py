"""Throttles by client network and by user."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from apps.core.errors import RateLimitError
from apps.core.http.client_address import client_address, client_network
from apps.core.limits.base import Limit
from apps.core.limits.registry import get_rate_limiter


def throttle_anonymous(request: HttpRequest) -> None:
    """Count a request without valid credentials; raises RateLimitError beyond `THROTTLE_ANONYMOUS`."""
    throttle_client(request, "anonymous", settings.THROTTLE_ANONYMOUS)


def throttle_client(request: HttpRequest, bucket: str, rate: str) -> None:
    """Count a request of its client network in `bucket`; raises RateLimitError beyond `rate` (see `throttle_key`)."""
    throttle_key(f"{bucket}:{client_network(client_address(request.META))}", rate)


def throttle_user(user_id: UUID) -> None:
    """Count a call of a signed-in user; raises RateLimitError beyond `THROTTLE_USER`."""
    throttle_key(f"user:{user_id.hex}", settings.THROTTLE_USER)


def throttle_key(key: str, rate: str) -> None:
    """Count a call under any other key; raises RateLimitError beyond `rate` (`count/seconds` or `off`)."""
    if wait := get_rate_limiter().hit(key, Limit.parse(rate)):
        raise RateLimitError(retry_after=wait)
