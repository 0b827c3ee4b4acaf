"""Timestamps in the format of the wire."""

from datetime import UTC, datetime


def iso_milliseconds(moment: datetime) -> str:
    """Return ISO 8601 in UTC with milliseconds, such as `2026-01-31T08:00:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
