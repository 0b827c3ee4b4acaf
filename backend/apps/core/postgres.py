"""Connections to PostgreSQL that do not hang, whether its host is unreachable or another transaction holds a lock."""

from typing import Any, Self, override

import psycopg

CLIENT_OPTIONS: dict[str, object] = {
    "connect_timeout": 5,
    # A host that does not answer: after 15 s if it owes an acknowledgement, after 30 s while a query runs.
    "tcp_user_timeout": 15_000,
    "keepalives": 1,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
"""Options of libpq, which poolers never see; the query of `DATABASE_URL` wins."""

LOCK_TIMEOUT = "20s"
"""The longest wait for a lock, as of SQLite (config/stores.py). It ends as an outage: the caller may try again."""


class LimitedConnection(psycopg.Connection[Any]):
    """A connection on which no statement waits for a lock longer than `LOCK_TIMEOUT`."""

    @classmethod
    @override
    def connect(cls, *arguments: Any, **options: Any) -> Self:
        """Connect, then set the limit: as a start-up option, poolers would refuse it."""
        made = super().connect(*arguments, **options)
        made.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        return made
