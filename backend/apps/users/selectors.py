"""Queries for accounts and sessions."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from apps.core.round_trips import LazyRows, read_later
from apps.core.sql_values import match_ids, prepare_value, read_id
from apps.core.statements import Select
from apps.users.models import EXPIRY_LEEWAY, ApiKey, ApiKeyQuerySet, Session, User, login_column

_KEYED = {
    "email": Select(lambda key: User.objects.with_key("email", key), str),
    "username": Select(lambda key: User.objects.with_key("username", key), str),
}
_ACTIVE = Select(lambda user_id: User.objects.filter(id=user_id, is_active=True), UUID)
_KEYS = Select(lambda key_hash: ApiKey.objects.filter(key_hash=key_hash, user__is_active=True), str)
_ANY_HASH = f"SELECT 1 FROM {User._meta.db_table} WHERE substr(password, 1, %s) = %s LIMIT 1"  # noqa: S608
# As `SessionQuerySet.alive`, without compiling it each second and for each request.
_ALIVE = """
    FROM users_session JOIN users_user ON users_user.id = users_session.user_id
    WHERE users_session.id {} AND ended_at IS NULL AND refresh_expires_at > %s AND is_active
"""


class SessionUser(NamedTuple):
    """The fields of a session's user that requests and connections need."""

    username: str
    is_staff: bool


def find_ended_sessions(session_ids: Collection[UUID]) -> set[UUID]:
    """Return the `session_ids` that are no longer valid: ended, expired, deleted, or of an inactive user."""
    return set(session_ids).difference(read_live_sessions_later(session_ids).all())


def read_live_sessions_later(session_ids: Collection[UUID]) -> LazyRows[UUID]:
    """Return the valid ids among `session_ids`, as rows that may be read with others."""
    condition, ids = match_ids(session_ids)
    sql = f"SELECT users_session.id {_ALIVE.format(condition)}"
    return read_later(sql, [ids, prepare_value(timezone.now() - EXPIRY_LEEWAY)], read_id)


def find_session_user(session_id: UUID, user_id: UUID) -> SessionUser | None:
    """Return the user of a session, if it is live and belongs to `user_id`."""
    sql = f"SELECT username, is_staff {_ALIVE.format('= %s')} AND user_id = %s"
    values = [prepare_value(session_id), prepare_value(timezone.now() - EXPIRY_LEEWAY), prepare_value(user_id)]
    return read_later(sql, values, lambda row: SessionUser(row[0], bool(row[1]))).first()


def find_session_user_id(session_id: UUID) -> UUID | None:
    """Return the user of a session, if it is live."""
    return Session.objects.alive().filter(id=session_id).values_list("user_id", flat=True).first()


def list_live_sessions(user_id: UUID) -> QuerySet[Session]:
    """Return the signed-in devices of a user, most recently seen first."""
    return Session.objects.alive().filter(user_id=user_id).order_by("-last_seen_at", "-id")


def find_live_key(key_hash: str) -> ApiKey | None:
    """Return the personal key with this hash, if it is valid and its user active."""
    key = _KEYS.first(key_hash)
    is_expired = key is not None and key.expires_at is not None and key.expires_at <= timezone.now()
    return None if is_expired else key


def find_ended_keys(key_ids: Collection[UUID]) -> set[UUID]:
    """Return the `key_ids` that are no longer valid: deleted, expired, or of an inactive user."""
    return set(key_ids) - set(ApiKey.objects.alive().filter(id__in=key_ids).values_list("id", flat=True))


def list_keys(user_id: UUID) -> ApiKeyQuerySet:
    """Return the personal keys of a user, newest first, including expired ones."""
    return ApiKey.objects.filter(user_id=user_id).order_by("-created_at", "-id")


def find_user(user_id: UUID) -> User | None:
    """Return an active account."""
    return _ACTIVE.first(user_id)


def find_account(login: str) -> User | None:
    """Return the account with this user name or email address, active or not."""
    return read_account_later(login).first()


def read_account_later(login: str) -> LazyRows[User]:
    """Return `find_account` as rows, which may be read with others."""
    column, key = login_column(login)
    return _KEYED[column].read_later(key)


def find_stored_algorithm(algorithms: Sequence[str]) -> str | None:
    """Return the first of these hash algorithms that the password of some account still has."""
    for algorithm in algorithms:
        prefix = f"{algorithm}$"
        if read_later(_ANY_HASH, [len(prefix), prefix], tuple).all():
            return algorithm
    return None
