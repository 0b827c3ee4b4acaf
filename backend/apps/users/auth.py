"""Authentication by access token, for HTTP and for sockets, and by personal key, for `/v1`."""

from dataclasses import dataclass
from typing import override
from uuid import UUID

import structlog
from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from apps.core.database import run_in_database
from apps.core.errors import AuthenticationError, ForbiddenError, RateLimitError
from apps.core.http.client_address import ClientNetwork
from apps.core.limits.throttles import find_known_refusal, throttle_network, throttle_unauthenticated, throttle_user
from apps.users import selectors
from apps.users.personal_key_text import KEY_LENGTH
from apps.users.services.personal_keys import note_key_use
from apps.users.tokens import TokenKind, hash_secret, read_token


@dataclass(frozen=True, slots=True)
class Principal:
    """The user and the session of a request or a connection."""

    user_id: UUID
    session_id: UUID
    username: str
    is_staff: bool


class SignedInRequest(HttpRequest):
    """A request with a valid access token, as the endpoints of signed-in users receive it."""

    auth: Principal


def authenticate_access(token: str) -> Principal:
    """Return the principal of an access token whose session is live; one database query.

    Raises:
        AuthenticationError: the token is not valid.
    """
    claims = read_token(TokenKind.ACCESS, token)
    user = selectors.find_session_user(claims.session_id, claims.user_id)
    if user is None:
        raise AuthenticationError
    return Principal(claims.user_id, claims.session_id, user.username, user.is_staff)


@dataclass(frozen=True, slots=True)
class KeyPrincipal:
    """The user and the personal key of a request to `/v1`."""

    user_id: UUID
    key_id: UUID


def authenticate_key(text: str) -> KeyPrincipal:
    """Return the principal of a valid personal key, and note that it was used.

    Raises:
        AuthenticationError: the key is not valid.
    """
    key = selectors.find_live_key(hash_secret(text)) if len(text) == KEY_LENGTH else None
    if key is None:
        raise AuthenticationError
    note_key_use(key)
    return KeyPrincipal(key.user_id, key.id)


class PublicAccess:
    """Authentication of a public endpoint: admits every caller, as often as the setting named `rate` allows."""

    def __init__(self, bucket: str, rate: str) -> None:
        self._bucket = bucket
        self._rate = rate

    def __call__(self, request: HttpRequest) -> bool:
        throttle_network(request, self._bucket, getattr(settings, self._rate))
        return True

    def find_refusal(self, network: ClientNetwork) -> RateLimitError | None:
        """Return the error that a request of a client network is known to get, without counting the request."""
        return find_known_refusal(f"{self._bucket}:{network}", getattr(settings, self._rate))


REGISTER = PublicAccess("register", "THROTTLE_REGISTER")
SIGN_IN = PublicAccess("login", "THROTTLE_LOGIN")
REFRESH = PublicAccess("refresh", "THROTTLE_REFRESH")
RESET_PASSWORD = PublicAccess("password-reset", "THROTTLE_LOGIN")


class BearerAuth(HttpBearer):
    """Authentication by `Authorization: Bearer <access token>`; `request.auth` is a `Principal`."""

    @override
    def __call__(self, request: HttpRequest) -> Principal:
        # Replaces the base class's parsing, which in DEBUG logs a header it cannot use; that may be a token.
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, token.strip() if scheme.lower() == "bearer" else "")

    @override
    def authenticate(self, request: HttpRequest, token: str) -> Principal:
        try:
            principal = authenticate_access(token)
        except AuthenticationError:
            throttle_unauthenticated(request)
            raise
        structlog.contextvars.bind_contextvars(user_id=str(principal.user_id))
        throttle_user(principal.user_id)
        return principal


class AdministratorAuth(BearerAuth):
    """Authentication of endpoints for administrators only."""

    @override
    def authenticate(self, request: HttpRequest, token: str) -> Principal:
        principal = super().authenticate(request, token)
        if not principal.is_staff:
            raise ForbiddenError
        return principal


class AsyncBearerAuth(BearerAuth):
    """Authentication of asynchronous views."""

    @override
    async def __call__(self, request: HttpRequest) -> Principal:  # type: ignore[override] # ninja awaits it
        return await run_in_database(super().__call__, request)
