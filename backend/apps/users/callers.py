"""The caller of an HTTP request, before it is served: the user of its token or personal key, or its client network."""

import re
from uuid import UUID

from django.conf import settings

from apps.core.errors import AuthenticationError
from apps.core.http.asgi import Scope
from apps.core.http.client_address import client_address, client_network
from apps.core.http.in_flight import Caller
from apps.users.personal_keys import PREFIX, read_key_owner
from apps.users.tokens import TokenKind, read_token

BEARER = b"bearer "


def find_caller(scope: Scope) -> Caller:
    """Return the caller of an ASGI scope; only signatures count here, not whether a session or key is live."""
    if (user_id := find_user(scope)) is not None:
        return Caller(f"user:{user_id.hex}", settings.REQUESTS_PER_USER)
    # Requests for signed URLs count for the user for whom they are signed (`SignedURL`).
    is_file = re.fullmatch(settings.SIGNED_PATHS, scope["path"]) and scope["method"] in {"GET", "HEAD"}
    rate = "off" if is_file else settings.REQUEST_RATE_PER_CLIENT
    key = f"network:{client_network(client_address(scope))}"
    return Caller(key, settings.REQUESTS_PER_CLIENT, rate, is_anonymous=True)


def find_user(scope: Scope) -> UUID | None:
    """Return the user of the token or personal key in an ASGI scope, if its signature is valid."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[: len(BEARER)].lower() == BEARER:
            return _read_user(value[len(BEARER) :].strip().decode("latin-1"))
    return None


def _read_user(secret: str) -> UUID | None:
    if secret.startswith(PREFIX):
        return read_key_owner(secret)
    try:
        return read_token(TokenKind.ACCESS, secret).user_id
    except AuthenticationError:
        return None
