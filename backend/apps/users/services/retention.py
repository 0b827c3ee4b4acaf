"""Purge of expired sign-ins: rows that nothing needs. Most users would sign in too late to purge their own."""

from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from apps.users.models import Invitation, PasswordReset, Session
from apps.users.services.sign_in_failures import forget_old_failures

KEPT_AFTER_EXPIRY = timedelta(days=30)


def purge_expired_sign_ins() -> None:
    """Delete sessions and links 30 days after their expiry, and failed sign-ins that no longer count.

    Used invitations stay: they say who invited whom.
    """
    edge = timezone.now() - KEPT_AFTER_EXPIRY
    Session.objects.filter(expires_at__lt=edge).delete()
    PasswordReset.objects.filter(expires_at__lt=edge).delete()
    Invitation.objects.filter(expires_at__lt=edge, used_at=None).delete()
    SessionStore.clear_expired()  # The sessions of the administration.
    forget_old_failures()
