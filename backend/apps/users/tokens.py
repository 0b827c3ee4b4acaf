"""The two JSON Web Tokens of a session: HS256, with `iss`, `aud`, `token_type`, `sid`, `iat`, `exp` and `jti`."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Self, override
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from ninja_jwt.backends import TokenBackend
from ninja_jwt.exceptions import TokenError
from ninja_jwt.tokens import Token

from apps.core.errors import AuthenticationError
from apps.users.models import LEEWAY, Session

ISSUER = "ai-chat-websocket"
AUDIENCE = "ai-chat-websocket"
ALGORITHM = "HS256"
REQUIRED_CLAIMS = {"sid", "user_id", "iat"}
"""Beside `iss`, `aud`, `token_type`, `exp` and `jti`, which the library requires."""

ACCESS_LIFETIME = timedelta(minutes=15)
REFRESH_LIFETIME = timedelta(days=7)
# Ours have about 350 characters. Until its signature is checked, a token is untrusted JSON.
MAX_TOKEN_LENGTH = 1024


@dataclass(frozen=True, slots=True)
class TokenPair:
    """The tokens of a device; `refresh_expires_at` is `exp` of the refresh token."""

    access: str
    refresh: str
    refresh_expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """The claims of a token whose signature, issuer, audience, type and times are valid."""

    session_id: UUID
    user_id: UUID
    jti: str


class _SessionToken(Token):
    """A token that belongs to a session."""

    @classmethod
    def for_session(
        cls, session: Session, *, issued_at: datetime, expires_at: datetime, jti: str | None = None
    ) -> Self:
        token = cls()
        token.set_iat(at_time=issued_at)
        token.set_exp(from_time=expires_at, lifetime=timedelta())
        if jti is not None:
            token["jti"] = jti
        token["sid"] = str(session.id)
        token["user_id"] = str(session.user_id)
        return token

    @override
    def get_token_backend(self) -> TokenBackend:
        return TokenBackend(ALGORITHM, settings.JWT_SECRET_KEY, audience=AUDIENCE, issuer=ISSUER, leeway=LEEWAY)

    @override
    def verify(self) -> None:
        super().verify()
        if not self.payload.keys() >= REQUIRED_CLAIMS:
            raise TokenError("The token lacks a claim")


class AccessToken(_SessionToken):
    """Valid for at most 15 minutes, while its session is live."""

    token_type = "access"  # noqa: S105
    lifetime = ACCESS_LIFETIME


class RefreshToken(_SessionToken):
    """Valid for one refresh."""

    token_type = "refresh"  # noqa: S105
    lifetime = REFRESH_LIFETIME


def read_token(kind: type[_SessionToken], token: str) -> TokenClaims:
    """Verify a token and return its claims; raises AuthenticationError."""
    if len(token) > MAX_TOKEN_LENGTH:
        raise AuthenticationError
    try:
        claims: Mapping[str, Any] = kind(token).payload
        return TokenClaims(UUID(str(claims["sid"])), UUID(str(claims["user_id"])), str(claims["jti"]))
    except (TokenError, ValueError, TypeError) as error:
        raise AuthenticationError from error


def sign_tokens(session: Session, *, refresh_jti: str) -> TokenPair:
    """Sign a fresh access token and the session's current refresh token, whose id is `refresh_jti`."""
    now = timezone.now()
    access = AccessToken.for_session(session, issued_at=now, expires_at=min(now + ACCESS_LIFETIME, session.expires_at))
    refresh = RefreshToken.for_session(
        session, issued_at=session.refreshed_at, expires_at=session.refresh_expires_at, jti=refresh_jti
    )
    return TokenPair(str(access), str(refresh), session.refresh_expires_at)


def successor_jti(jti: str) -> str:
    """Return the id of the next refresh token: always the same for `jti`, and unpredictable without the key."""
    return hmac.digest(settings.JWT_SECRET_KEY.encode(), b"refresh successor of " + jti.encode(), "sha256")[:16].hex()


def hash_secret(secret: str) -> str:
    """Return the hash to store for a randomly generated secret; not for passwords."""
    return sha256(secret.encode()).hexdigest()
