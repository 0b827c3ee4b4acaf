"""The notice with the set-up code, printed when a server without accounts starts."""

from django.conf import settings
from django.db import DatabaseError, connection

from apps.users.models import User
from config.hosts import is_loopback


def setup_notice(*, host: str) -> str:
    """Return the notice to print when a server starts on `host`; empty if no client needs the set-up code."""
    is_local = is_loopback(host) and not settings.TRUSTED_PROXIES
    needs_none = is_local and settings.REGISTRATION == "open"
    if needs_none or not settings.SETUP_CODE or settings.REGISTRATION == "closed" or _has_accounts():
        return ""
    return (
        f"\nSet-up code: {settings.SETUP_CODE}\n"
        "This server has no accounts yet. To create the first one, which becomes the administrator account, enter "
        f"this code at {settings.PUBLIC_URL}/register.\n\n"
    )


def _has_accounts() -> bool:
    try:
        return User.objects.exists()
    except DatabaseError:  # Development may start before `migrate`: without tables there are no accounts.
        return False
    finally:
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]  # A process that only supervises needs none.
