"""The header `Retry-After`, which has seconds or a date (P-9.10)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil

import aiohttp


def retry_after_of(response: aiohttp.ClientResponse) -> int | None:
    """Return the whole seconds to wait, or None if the header is missing or malformed."""
    value = response.headers.get("Retry-After", "")
    if value.isascii() and value.isdecimal():
        return int(value)
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    seconds = (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    return max(0, ceil(seconds))
