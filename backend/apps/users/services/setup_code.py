"""The set-up code: proves to a server without accounts that a registration is its operator's."""

import hmac
from ipaddress import ip_address

from django.conf import settings

from apps.users.errors import AccessRefusedError, Refusal
from apps.users.models import User


def is_setup_code_required(*, peer: str | None) -> bool:
    """Return whether an account that `peer` registers now, without an invitation, needs the set-up code."""
    if not settings.SETUP_CODE or settings.REGISTRATION == "closed":
        return False
    is_local = settings.REGISTRATION == "open" and is_loopback_peer(peer)
    return not is_local and not User.objects.exists()


def check_setup_code(code: str | None) -> None:
    """Compare a code with the server's, regardless of case, spaces and hyphens.

    Raises:
        AccessRefusedError: there is none, or it is a different one.
    """
    if not code:
        raise AccessRefusedError(Refusal.SETUP_CODE_REQUIRED)
    if not hmac.compare_digest(_normalize(code), _normalize(settings.SETUP_CODE)):
        raise AccessRefusedError(Refusal.SETUP_CODE_INVALID)


def is_loopback_peer(peer: str | None) -> bool:
    """Return whether `peer` is this machine; None stands for a client behind a proxy."""
    return peer is not None and ip_address(peer).is_loopback


def _normalize(code: str) -> bytes:
    return code.replace("-", "").replace(" ", "").upper().encode()
