"""Sessions: opened by a sign-in, refreshed, ended."""

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.core.errors import AuthenticationError
from apps.core.notify import notify_after_commit
from apps.core.round_trips import read_later
from apps.core.row_writes import insert_row, new_row
from apps.core.sql_values import prepare_value
from apps.core.statements import Select
from apps.core.transactions import CompactTransaction
from apps.users.errors import WrongCredentialsError
from apps.users.models import EXPIRY_LEEWAY, USER_AGENT_MAX_LENGTH, EndReason, Session, User
from apps.users.notifications import SessionEndedNotification
from apps.users.tokens import (
    REFRESH_LIFETIME,
    TokenKind,
    TokenPair,
    hash_secret,
    read_token,
    sign_tokens,
    successor_jti,
)

logger = structlog.get_logger(__name__)

SESSION_LIFETIME = timedelta(days=30)
ADMIN_SESSION_LIFETIME = timedelta(hours=8)
MAX_LIVE_SESSIONS = 50
"""The limit per user. Another sign-in ends the least recently used session."""

REUSE_WINDOW = timedelta(seconds=60)
"""How long a used refresh token still returns its successor, if that has not been used."""

_LOCK_USER = Select(
    lambda user_id: User.objects.select_for_update().only("id", "password", "is_active").filter(id=user_id), UUID
)
_TABLE = Session._meta.db_table
_SURPLUS = f"""
    SELECT id FROM {_TABLE} WHERE user_id = %s AND ended_at IS NULL AND refresh_expires_at > %s
    ORDER BY last_seen_at DESC, id DESC LIMIT 10000 OFFSET {MAX_LIVE_SESSIONS - 1}
"""  # noqa: S608 - the model's names


def open_session(user: User, *, address: str, user_agent: str) -> TokenPair:
    """Start a session for a user whose password was checked, and return its tokens.

    If the user has more than `MAX_LIVE_SESSIONS`, the least recently seen sessions are ended.

    Raises:
        WrongCredentialsError: the account was deleted, was deactivated or got another password since the check.
    """
    jti = uuid4().hex
    with CompactTransaction():
        _lock_user_and_make_room(user)
        session = _create_session(
            user, SESSION_LIFETIME, address=address, user_agent=user_agent, current_hash=hash_secret(jti)
        )
    return sign_tokens(session, refresh_jti=jti)


def open_admin_session(user: User, *, address: str, user_agent: str) -> Session:
    """Start a session of the administration, which has no tokens, for a user whose password was checked.

    Raises:
        WrongCredentialsError: as `open_session` does.
    """
    with CompactTransaction():
        _lock_user_and_make_room(user)
        return _create_session(user, ADMIN_SESSION_LIFETIME, address=address, user_agent=user_agent)


def _create_session(
    user: User, lifetime: timedelta, *, address: str, user_agent: str, current_hash: str = ""
) -> Session:
    now = _whole_seconds(timezone.now())
    session = new_row(
        Session,
        user=user,
        created_at=now,
        last_seen_at=now,
        expires_at=now + lifetime,
        user_agent=_keep_printable(user_agent[: 2 * USER_AGENT_MAX_LENGTH])[:USER_AGENT_MAX_LENGTH],
        address=address,
        refreshed_at=now,
        refresh_expires_at=now + min(lifetime, REFRESH_LIFETIME),
        current_hash=current_hash,
    )
    insert_row(session)
    return session


def refresh_session(token: str, *, address: str) -> TokenPair:
    """Exchange a refresh token for new tokens.

    Concurrent requests with the same token get the same successor, until it is first used and for at most 60 s. An
    older token must have been copied: it ends the session.

    Raises:
        AuthenticationError: the token or its session is not valid any more.
    """
    claims = read_token(TokenKind.REFRESH, token)
    with transaction.atomic():
        session = _lock_live_session(claims.session_id, claims.user_id)
        presented = hash_secret(claims.jti)
        if hmac.compare_digest(presented, session.current_hash):
            _rotate(session, claims.jti, address)
        elif not _is_recent_repeat(session, presented):
            end_with_admin_sessions(session.user_id, {session.id}, EndReason.REUSE)
            session.ended_at = timezone.now()
    # Outside the transaction, which an exception would roll back.
    if session.ended_at is not None:
        logger.warning("refresh_token_reused", session_id=str(session.id), user_id=str(session.user_id))
        raise AuthenticationError
    return sign_tokens(session, refresh_jti=successor_jti(claims.jti))


def end_sessions(sessions: QuerySet[Session], reason: EndReason) -> list[UUID]:
    """End the `sessions` that are still active, notify their connections, and return their ids."""
    with transaction.atomic():
        ids = list(sessions.filter(ended_at__isnull=True).select_for_update().values_list("id", flat=True))
        Session.objects.filter(id__in=ids).update(ended_at=timezone.now(), end_reason=reason)
        notify_after_commit(*(SessionEndedNotification(session_id=session_id) for session_id in ids))
    return ids


def end_with_admin_sessions(user_id: UUID, session_ids: Collection[UUID], reason: EndReason) -> None:
    """End the sessions among `session_ids` that are the user's, and all sessions of the user in the administration."""
    own = Session.objects.filter(user=user_id)
    end_sessions(own.filter(id__in=session_ids) | own.of_administration(), reason)


def _lock_user_and_make_room(user: User) -> None:
    # Locked, so that sign-ins at the same time count each other, and a new password ends this session too.
    locked = _LOCK_USER.read_later(user.id)
    surplus = read_later(
        _SURPLUS, [prepare_value(user.id), prepare_value(timezone.now() - EXPIRY_LEEWAY)], lambda row: row[0]
    )
    stored = locked.first()
    if stored is None or not stored.is_active or stored.password != user.password:
        raise WrongCredentialsError
    if ids := surplus.all():
        end_sessions(Session.objects.filter(id__in=ids), EndReason.SURPLUS)
        logger.info("surplus_sessions_ended", user_id=str(user.id), count=len(ids))


def _lock_live_session(session_id: UUID, user_id: UUID) -> Session:
    session = Session.objects.alive().select_for_update(of=("self",)).filter(id=session_id, user_id=user_id).first()
    if session is None:
        raise AuthenticationError
    return session


def _rotate(session: Session, jti: str, address: str) -> None:
    now = _whole_seconds(timezone.now())
    session.previous_hash = session.current_hash
    session.current_hash = hash_secret(successor_jti(jti))
    session.refreshed_at = session.last_seen_at = now
    session.refresh_expires_at = min(now + REFRESH_LIFETIME, session.expires_at)
    session.address = address
    session.save(
        update_fields=["previous_hash", "current_hash", "refreshed_at", "last_seen_at", "refresh_expires_at", "address"]
    )


def _is_recent_repeat(session: Session, presented: str) -> bool:
    return (
        hmac.compare_digest(presented, session.previous_hash) and timezone.now() - session.refreshed_at <= REUSE_WINDOW
    )


def _whole_seconds(moment: datetime) -> datetime:
    # Tokens have whole seconds; a fraction would be lost when the token is signed again.
    return moment.replace(microsecond=0)


def _keep_printable(text: str) -> str:
    return text if text.isprintable() else "".join(character for character in text if character.isprintable())
