"""Password validator that ends sessions and reset links: Django notifies validators of every changed password."""

from apps.users.models import EndReason, PasswordReset, Session, User
from apps.users.services.sessions import end_sessions


class SessionEnder:
    """Ends a user's sessions and reset links when the password changes: by API, administration, link or command."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Accept any password."""

    def get_help_text(self) -> str:
        return "A new password signs out all devices."

    def password_changed(self, password: str, user: User) -> None:  # noqa: ARG002 - Django passes the password
        """End all unused reset links, and all sessions except the session that changed the password."""
        sessions = Session.objects.filter(user=user)
        if user.surviving_session_id is not None:
            sessions = sessions.exclude(id=user.surviving_session_id)
        end_sessions(sessions, EndReason.PASSWORD)
        # A link for the old password must not replace the new one.
        PasswordReset.objects.filter(user=user, used_at__isnull=True).delete()
