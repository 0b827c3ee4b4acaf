"""Failed sign-ins of a client network: read in one statement, and stored with others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from axes.models import AccessFailureLog
from django.utils import timezone

from apps.core.database import uses_sqlite
from apps.core.http.client_address import ClientNetwork
from apps.core.round_trips import LazyRows, read_later, write
from apps.core.row_writes import insert_row
from apps.core.sql_values import prepare_value

FAILURE_WINDOW = timedelta(minutes=15)
MAX_CLOCK_DIFFERENCE = timedelta(minutes=1)
"""Between two workers. A failure from further in the future is from before the clock was set back."""

TYPED_PREFIX = "typed:"
"""The prefix of keys that count what was typed."""

FIRST_LOCK = 7_301_144
"""The first number of the PostgreSQL advisory locks of client networks."""

_TABLE = AccessFailureLog._meta.db_table
_READ = (
    f"SELECT username, attempt_time, locked_out FROM {_TABLE} "  # noqa: S608 - the model's names
    "WHERE ip_address = %s AND attempt_time > %s AND attempt_time < %s ORDER BY attempt_time"
)
_FORGET_KEY = f"DELETE FROM {_TABLE} WHERE ip_address = %s AND username = %s"  # noqa: S608
_FORGET_OLD = f"DELETE FROM {_TABLE} WHERE attempt_time <= %s OR attempt_time >= %s"  # noqa: S608


@dataclass(frozen=True, slots=True)
class SignInFailure:
    """A failed sign-in; `is_lock` if its key is locked for the window that begins with it."""

    key: str
    at: datetime
    is_lock: bool

    @property
    def seconds_left(self) -> float:
        """The seconds until it no longer counts."""
        return (self.at + FAILURE_WINDOW - timezone.now()).total_seconds()


class RecentFailures:
    """The failures of a network within the window, oldest first."""

    def __init__(self, failures: Sequence[SignInFailure]) -> None:
        self._failures = failures

    def of(self, key: str) -> list[SignInFailure]:
        return [failure for failure in self._failures if failure.key == key]

    def of_names(self) -> list[SignInFailure]:
        """Return the failures under anything that was typed."""
        return [failure for failure in self._failures if failure.key.startswith(TYPED_PREFIX)]

    def find_lock(self, key: str) -> SignInFailure | None:
        """Return the latest failure that locks this key."""
        return next((failure for failure in reversed(self.of(key)) if failure.is_lock), None)


def read_failures_later(network: ClientNetwork) -> LazyRows[SignInFailure]:
    """Read the recent failures of a network; ignores failures from before the clock was set back."""
    now = timezone.now()
    return read_later(
        _READ, [network, prepare_value(now - FAILURE_WINDOW), prepare_value(now + MAX_CLOCK_DIFFERENCE)], _read_failure
    )


def _read_failure(row: tuple[Any, ...]) -> SignInFailure:
    key, at, is_lock = row
    return SignInFailure(key, at if at.tzinfo else at.replace(tzinfo=UTC), is_lock)


def lock_network(network: ClientNetwork) -> None:
    """Make other transactions of this network wait for the end of this one; SQLite has one writer anyway."""
    if not uses_sqlite():
        number = int.from_bytes(crc32(network.encode()).to_bytes(4), signed=True)
        read_later("SELECT pg_advisory_xact_lock(%s, %s)", [FIRST_LOCK, number], tuple)


def add_failure(network: ClientNetwork, key: str, *, is_lock: bool) -> None:
    insert_row(AccessFailureLog(ip_address=network, username=key, locked_out=is_lock), needs_key=False)


def forget_failures_of(network: ClientNetwork, keys: Collection[str]) -> None:
    """Delete the failures of a network under these keys."""
    for key in keys:
        write(_FORGET_KEY, [network, key])


def forget_old_failures() -> None:
    """Delete all failures that no longer count, also from before the clock was set back, since it will catch up."""
    now = timezone.now()
    write(_FORGET_OLD, [prepare_value(now - FAILURE_WINDOW), prepare_value(now + MAX_CLOCK_DIFFERENCE)])
