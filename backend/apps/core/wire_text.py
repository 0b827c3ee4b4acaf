"""Ids and times as texts on the wire. The contract documents their format; nothing checks it, so all can be shown."""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta
from pydantic import WithJsonSchema

_ID = {"type": "string", "format": "uuid"}
_MOMENT = {"type": "string", "format": "date-time"}

type IdText = Annotated[str, WithJsonSchema(_ID), Meta(extra_json_schema=_ID)]
type MomentText = Annotated[str, WithJsonSchema(_MOMENT), Meta(extra_json_schema=_MOMENT)]


def iso_milliseconds(moment: datetime) -> str:
    """Return ISO 8601 in UTC with milliseconds, such as `2026-01-31T08:00:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
