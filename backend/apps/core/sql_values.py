"""Values of SQL statements, converted for the driver of the database and back."""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from apps.core.database import uses_sqlite

type Value = UUID | int | str
"""A value of a statement."""


def prepare_value(value: Value | datetime) -> Any:  # noqa: ANN401 - what the driver of the database takes
    """Convert a value to the type that the database driver expects."""
    if isinstance(value, datetime):
        # Django's `adapt_datetimefield_value` does the same in eight calls.
        return str(value.astimezone(UTC).replace(tzinfo=None)) if uses_sqlite() else value
    return value.hex if isinstance(value, UUID) and uses_sqlite() else value


def match_ids(ids: Collection[UUID]) -> tuple[str, Any]:
    """Return the condition that a column holds one of `ids`, with one placeholder, and its value."""
    if uses_sqlite():
        return "IN (SELECT value FROM json_each(%s))", json.dumps([one.hex for one in ids])
    return "= ANY(%s::uuid[])", list(ids)


def read_id(row: tuple[Any, ...]) -> UUID:
    """Return the id in the first column of a row: SQLite returns its hexadecimal digits."""
    value = row[0]
    return value if isinstance(value, UUID) else UUID(value)
