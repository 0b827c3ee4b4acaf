"""One-time links, for registration and for a new password."""

import secrets
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from apps.users.emails import normalize_email
from apps.users.errors import AccessRefusedError, Refusal
from apps.users.models import Invitation, OneTimeLink, PasswordReset, User
from apps.users.tokens import hash_secret

INVITATION_DAYS = 7
RESET_HOURS = 24
# After the "#", so that no server or proxy logs the secret.
INVITATION_PATH = "/register#invite="
RESET_PATH = "/reset-password#token="


def issue_invitation(invitation: Invitation) -> str:
    """Store a new invitation, for one email address or for any user, and return the path of its link."""
    token = secrets.token_urlsafe(32)
    invitation.token_hash = hash_secret(token)
    invitation.email = normalize_email(invitation.email)
    invitation.expires_at = timezone.now() + timedelta(days=INVITATION_DAYS)
    invitation.save()
    return INVITATION_PATH + token


def create_reset_link(user: User, *, created_by: User | None = None) -> str:
    """Create a link that sets a new password, replacing earlier links, and return its path."""
    token = secrets.token_urlsafe(32)
    now = timezone.now()
    PasswordReset.objects.filter(user=user, used_at__isnull=True).delete()
    PasswordReset.objects.create(
        token_hash=hash_secret(token), user=user, created_by=created_by, expires_at=now + timedelta(hours=RESET_HOURS)
    )
    return RESET_PATH + token


def find_invitation(token: str | None, *, email: str) -> Invitation:
    """Return the open invitation with which `email` may register.

    Raises:
        AccessRefusedError: the token is missing, unknown, used, expired or for another address.
    """
    if not token:
        raise AccessRefusedError(Refusal.INVITE_REQUIRED)
    invitation = _filter_open(Invitation.objects.filter(token_hash=hash_secret(token))).first()
    if invitation is None or (invitation.email and invitation.email.lower() != normalize_email(email).lower()):
        raise AccessRefusedError(Refusal.INVITE_INVALID)
    return invitation


def use_invitation(invitation: Invitation, user: User) -> None:
    """Use up an invitation; raises AccessRefusedError if another registration was faster."""
    if not _use_up(Invitation.objects.filter(id=invitation.id)):
        raise AccessRefusedError(Refusal.INVITE_INVALID)
    Invitation.objects.filter(id=invitation.id).update(used_by=user)


def find_reset(token: str) -> PasswordReset:
    """Return the open reset of a token, with its active user; raises AccessRefusedError."""
    found = PasswordReset.objects.select_related("user").filter(token_hash=hash_secret(token), user__is_active=True)
    reset = _filter_open(found).first()
    if reset is None:
        raise AccessRefusedError(Refusal.RESET_INVALID)
    return reset


def use_reset(reset: PasswordReset) -> None:
    """Use up a reset; raises AccessRefusedError if another request was faster."""
    if not _use_up(PasswordReset.objects.filter(id=reset.id)):
        raise AccessRefusedError(Refusal.RESET_INVALID)


def _filter_open[L: OneTimeLink](links: QuerySet[L]) -> QuerySet[L]:
    return links.filter(used_at__isnull=True, expires_at__gt=timezone.now())


def _use_up[L: OneTimeLink](links: QuerySet[L]) -> bool:
    return _filter_open(links).update(used_at=timezone.now()) == 1
