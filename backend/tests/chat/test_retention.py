"""Rows that nothing needs any more are deleted by the upkeep of a server, without a sign-in or a call."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from axes.models import AccessFailureLog
from django.contrib.sessions.models import Session as AdminSession
from django.db.models import Model
from django.utils import timezone
from pytest_django import Settings

from apps.chat.completions.records import purge_old_calls
from apps.chat.events import AnswerStatus
from apps.chat.models import ApiCall
from apps.users.models import Invitation, PasswordReset, Session, User
from apps.users.services.retention import purge_expired_sign_ins

pytestmark = pytest.mark.django_db


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def make_user() -> User:
    return User.objects.create(username="ada", email="ada@example.com")


def make_session(user: User, expires_at: datetime) -> Session:
    return Session.objects.create(
        user=user,
        address="192.0.2.1",
        expires_at=expires_at,
        refreshed_at=expires_at,
        refresh_expires_at=expires_at,
        current_hash=uuid4().hex,
    )


def make_call(user: User, started_at: datetime, *, has_ended: bool = True) -> ApiCall:
    ended_at = started_at if has_ended else None
    status = AnswerStatus.COMPLETE if has_ended else AnswerStatus.PENDING
    return ApiCall.objects.create(
        owner=user, worker=uuid4(), model="m", status=status, started_at=started_at, ended_at=ended_at
    )


def make_old_rows() -> dict[str, Model]:
    """Store a row of each kind, just old enough to be deleted."""
    user = make_user()
    link = {"token_hash": uuid4().hex, "expires_at": ago(31)}
    failure = AccessFailureLog.objects.create(ip_address="192.0.2.1", username="typed:x")
    AccessFailureLog.objects.update(attempt_time=ago(1))  # A new row always has the time at which it is stored.
    return {
        "session": make_session(user, ago(31)),
        "password reset": PasswordReset.objects.create(user=user, **link),
        "invitation": Invitation.objects.create(**link),
        "session of the administration": AdminSession.objects.create(
            session_key=uuid4().hex, session_data="", expire_date=ago(1)
        ),
        "failed sign-in": failure,
        "call": make_call(user, ago(401)),
    }


def make_rows_to_keep() -> list[Model]:
    """Store rows of the same kinds that are not old enough, or still needed."""
    user = User.objects.get()
    return [
        make_session(user, ago(29)),
        PasswordReset.objects.create(user=user, token_hash=uuid4().hex, expires_at=ago(29)),
        Invitation.objects.create(token_hash=uuid4().hex, expires_at=ago(29)),
        Invitation.objects.create(token_hash=uuid4().hex, expires_at=ago(99), used_at=ago(100), used_by=user),
        AdminSession.objects.create(session_key=uuid4().hex, session_data="", expire_date=ago(-1)),
        AccessFailureLog.objects.create(ip_address="192.0.2.1", username="typed:y"),
        make_call(user, ago(399)),
        make_call(user, ago(401), has_ended=False),
    ]


def is_stored(row: Model) -> bool:
    return type(row)._base_manager.filter(pk=row.pk).exists()


def purge() -> None:
    """Purge as the upkeep of a worker does once an hour."""
    purge_expired_sign_ins()
    purge_old_calls()


def test_expired_rows_are_deleted_and_others_stay() -> None:
    old = make_old_rows()
    kept = make_rows_to_keep()
    purge()
    assert [kind for kind, row in old.items() if is_stored(row)] == []
    assert all(is_stored(row) for row in kept)


def test_records_of_calls_may_be_kept_for_ever(settings: Settings) -> None:
    settings.COMPLETION_KEPT_DAYS = None
    old = make_old_rows()
    purge()
    assert [kind for kind, row in old.items() if is_stored(row)] == ["call"]
