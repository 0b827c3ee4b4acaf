"""Throttles by client network and by user."""

from uuid import UUID

from django.conf import settings

from apps.core.errors import RateLimitError
from apps.core.http.client_address import ClientNetwork
from apps.core.limits.base import Limit
from apps.core.limits.registry import get_rate_limiter


def throttle_client(bucket: str, client: ClientNetwork, rate: str) -> None:
    """Count a call of `client` in `bucket`; raises RateLimitError beyond `rate` (`count/seconds` or `off`)."""
    throttle_key(f"{bucket}:{client}", rate)


def throttle_user(user_id: UUID) -> None:
    """Count a call of a signed-in user; raises RateLimitError beyond `THROTTLE_USER`."""
    throttle_key(f"user:{user_id.hex}", settings.THROTTLE_USER)


def throttle_key(key: str, rate: str) -> None:
    """Count a call under any other key; raises RateLimitError beyond `rate` (`count/seconds` or `off`)."""
    if wait := get_rate_limiter().hit(key, Limit.parse(rate)):
        raise RateLimitError(retry_after=wait)
