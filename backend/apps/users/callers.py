"""Whose HTTP request it is, before it is served: the user of its access token, or the client's network."""

from django.conf import settings

from apps.core.errors import AuthenticationError
from apps.core.http.asgi import Scope
from apps.core.http.client_address import client_address, client_network
from apps.core.http.in_flight import Caller
from apps.users.tokens import AccessToken, read_token

BEARER = b"bearer "


def find_caller(scope: Scope) -> Caller:
    """Return the caller of an ASGI scope; only the token's signature counts here, not whether its session is live."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[: len(BEARER)].lower() == BEARER:
            try:
                claims = read_token(AccessToken, value[len(BEARER) :].strip().decode("latin-1"))
            except AuthenticationError:
                break
            return Caller(f"user:{claims.user_id.hex}", settings.REQUESTS_PER_USER)
    return Caller(f"network:{client_network(client_address(scope))}", settings.REQUESTS_PER_CLIENT)
