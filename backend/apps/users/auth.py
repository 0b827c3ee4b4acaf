"""The two doors that an access token opens: HTTP and the socket."""

from dataclasses import dataclass
from typing import override
from uuid import UUID

import structlog
from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from apps.core.database import run_in_database
from apps.core.errors import AuthenticationError, ForbiddenError
from apps.core.http.client_address import client_address
from apps.core.limits.throttles import throttle_address, throttle_user
from apps.users import selectors
from apps.users.tokens import AccessToken, read_token


@dataclass(frozen=True, slots=True)
class Principal:
    """Who stands behind a request or a socket, and by which session."""

    user_id: UUID
    session_id: UUID
    username: str
    is_staff: bool


def authenticate_access(token: str) -> Principal:
    """Return whom an access token of a live session speaks for; one database query.

    Raises:
        AuthenticationError: whatever is wrong with it.
    """
    claims = read_token(AccessToken, token)
    session = selectors.find_live_session(claims.session_id, claims.user_id)
    if session is None:
        raise AuthenticationError
    return Principal(session.user_id, session.id, session.user.username, session.user.is_staff)


class PublicDoor:
    """The door of an endpoint that everybody may call, as often as the setting named `rate` says."""

    def __init__(self, bucket: str, rate: str) -> None:
        self._bucket = bucket
        self._rate = rate

    def __call__(self, request: HttpRequest) -> bool:
        throttle_address(self._bucket, client_address(request.META), getattr(settings, self._rate))
        return True


class BearerAuth(HttpBearer):
    """The HTTP door: `Authorization: Bearer <access token>`; gives the view a `Principal` as `request.auth`."""

    @override
    def __call__(self, request: HttpRequest) -> Principal:
        # Not the base class's reading of the header: in DEBUG it logs what it cannot use, which may be a token.
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, token.strip() if scheme.lower() == "bearer" else "")

    @override
    def authenticate(self, request: HttpRequest, token: str) -> Principal:
        try:
            principal = authenticate_access(token)
        except AuthenticationError:
            throttle_address("anonymous", client_address(request.META), settings.THROTTLE_ANONYMOUS)
            raise
        structlog.contextvars.bind_contextvars(user_id=str(principal.user_id))
        throttle_user(principal.user_id)
        return principal


class AdministratorAuth(BearerAuth):
    """The HTTP door of what only administrators may do."""

    @override
    def authenticate(self, request: HttpRequest, token: str) -> Principal:
        principal = super().authenticate(request, token)
        if not principal.is_staff:
            raise ForbiddenError
        return principal


class AsyncBearerAuth(BearerAuth):
    """The HTTP door of views that are coroutines."""

    @override
    async def __call__(self, request: HttpRequest) -> Principal:  # type: ignore[override] # ninja awaits it
        return await run_in_database(super().__call__, request)
