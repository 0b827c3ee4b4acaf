"""The two JSON Web Tokens of a session: HS256, with `iss`, `aud`, `token_type`, `sid`, `iat`, `exp` and `jti`."""

import hmac
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from hashlib import sha256
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone
from ninja_jwt.backends import TokenBackend
from ninja_jwt.exceptions import TokenBackendError

from apps.core.errors import AuthenticationError
from apps.users.models import EXPIRY_LEEWAY, Session

ISSUER = "ai-chat-websocket"
AUDIENCE = "ai-chat-websocket"
ALGORITHM = "HS256"

ACCESS_LIFETIME = timedelta(minutes=15)
REFRESH_LIFETIME = timedelta(days=7)
CLOCK_CORRECTION = timedelta(days=1)
"""How far the clock may be set back without ending all sessions: `iat` of their tokens is in the future then."""

# Ours have about 350 characters. Until its signature is checked, a token is untrusted JSON.
MAX_TOKEN_LENGTH = 1024
REMEMBERED_TOKENS = 1024
"""Verified tokens, which are not verified again."""


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


class TokenKind(StrEnum):
    """The two tokens: one for requests, valid while its session is live, and one for a single refresh."""

    ACCESS = "access"
    REFRESH = "refresh"


def read_token(kind: TokenKind, token: str) -> TokenClaims:
    """Verify a token and return its claims; raises AuthenticationError."""
    if len(token) > MAX_TOKEN_LENGTH:
        raise AuthenticationError
    claims, expires_at = _verify(kind, token, settings.JWT_SECRET_KEY)
    if expires_at <= time.time() - EXPIRY_LEEWAY.total_seconds():
        raise AuthenticationError
    return claims


@lru_cache(REMEMBERED_TOKENS)
def _verify(kind: TokenKind, token: str, key: str) -> tuple[TokenClaims, float]:
    """Return the claims of a token, and the time when it expires; a request is verified several times."""
    try:
        payload = _backend(key).decode(token)
        if payload["token_type"] != kind or "iat" not in payload:
            raise AuthenticationError
        claims = TokenClaims(UUID(str(payload["sid"])), UUID(str(payload["user_id"])), str(payload["jti"]))
        return claims, float(payload["exp"])
    except (TokenBackendError, KeyError, ValueError, TypeError) as error:
        raise AuthenticationError from error


def sign_tokens(session: Session, *, refresh_jti: str) -> TokenPair:
    """Sign a fresh access token and the session's current refresh token, whose id is `refresh_jti`."""
    now = timezone.now()
    access_until = min(now + ACCESS_LIFETIME, session.expires_at)
    return TokenPair(
        _sign(TokenKind.ACCESS, session, now, access_until, uuid4().hex),
        _sign(TokenKind.REFRESH, session, session.refreshed_at, session.refresh_expires_at, refresh_jti),
        session.refresh_expires_at,
    )


def _sign(kind: TokenKind, session: Session, issued_at: datetime, expires_at: datetime, jti: str) -> str:
    claims = {
        "token_type": kind.value,
        "exp": int(expires_at.timestamp()),
        "iat": int(issued_at.timestamp()),
        "jti": jti,
        "sid": str(session.id),
        "user_id": str(session.user_id),
    }
    return _backend(settings.JWT_SECRET_KEY).encode(claims)


@cache
def _backend(key: str) -> TokenBackend:
    # `read_token` checks the end.
    return TokenBackend(ALGORITHM, key, audience=AUDIENCE, issuer=ISSUER, leeway=CLOCK_CORRECTION)


def successor_jti(jti: str) -> str:
    """Return the id of the next refresh token: always the same for `jti`, and unpredictable without the key."""
    return hmac.digest(settings.JWT_SECRET_KEY.encode(), b"refresh successor of " + jti.encode(), "sha256")[:16].hex()


def hash_secret(secret: str) -> str:
    """Return the hash to store for a randomly generated secret; not for passwords."""
    return sha256(secret.encode()).hexdigest()
