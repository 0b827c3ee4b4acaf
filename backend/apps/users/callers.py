"""The caller of an HTTP request, before it is served, and whether it would be refused.

The caller is the user of its token or personal key, or its client network.
"""

import re
from uuid import UUID

from django.conf import settings

from apps.core.errors import AppError, AuthenticationError, RateLimitError
from apps.core.http.asgi import Scope
from apps.core.http.client_address import client_address, client_network
from apps.core.http.in_flight import HEALTH_CHECKS, Caller
from apps.core.http.openai_errors import OPENAI_PREFIX
from apps.core.limits.base import Limit
from apps.core.limits.throttles import find_known_refusal
from apps.core.limits.token_buckets import TokenBuckets
from apps.users.auth import REFRESH, REGISTER, RESET_PASSWORD, SIGN_IN
from apps.users.errors import HashingBusyError
from apps.users.hashing import is_hashing_busy
from apps.users.personal_key_text import PREFIX, read_key_owner
from apps.users.tokens import TokenKind, read_token

BEARER = b"bearer "

THROTTLED_PATHS = {
    "/api/auth/register": REGISTER,
    "/api/auth/token/pair": SIGN_IN,
    "/api/auth/token/refresh": REFRESH,
    "/api/auth/password-reset": RESET_PASSWORD,
}
"""Public paths that accept POST, with the access of their views."""

OTHER_PUBLIC_PATHS = {
    "/api/auth/registration",
    "/api/docs",
    "/api/limits",
    "/api/openapi.json",
    "/api/protocol.json",
}
HASHING_PATHS = {
    "/admin/login/",
    "/api/auth/password",
    "/api/auth/password-reset",
    "/api/auth/register",
    "/api/auth/token/pair",
}
"""Paths where each POST request hashes a password."""

_buckets = TokenBuckets[str]()


def find_caller(scope: Scope) -> Caller:
    """Return the caller of an ASGI scope; only signatures count here, not whether a session or key is live."""
    if (user_id := find_caller_user(scope)) is not None:
        return Caller(f"user:{user_id.hex}", settings.REQUESTS_PER_USER)
    rate = "off" if _is_signed(scope) else settings.REQUEST_RATE_PER_CLIENT
    key = f"network:{client_network(client_address(scope))}"
    return Caller(key, settings.REQUESTS_PER_CLIENT, rate, is_network=True)


def find_caller_user(scope: Scope) -> UUID | None:
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


def find_refusal(scope: Scope, caller: Caller) -> AppError | None:
    """Count a request by the rate of its caller, and return the error if it is certain to be refused.

    A refusal that needs neither a thread nor a store costs a tenth of one by the view.
    """
    if wait := _buckets.try_to_spend(caller.key, 1, Limit.parse(caller.rate)):
        return RateLimitError(retry_after=wait)
    path = scope["path"]
    if not caller.is_network and _counts_for_user(scope):
        refusal = find_known_refusal(caller.key, settings.THROTTLE_USER)
        if refusal is not None:
            return refusal
    if scope["method"] != "POST":
        return None
    network = client_network(client_address(scope))
    if (access := THROTTLED_PATHS.get(path)) is not None and (refusal := access.find_refusal(network)) is not None:
        return refusal
    if path in HASHING_PATHS and is_hashing_busy(network, max_wait=settings.PASSWORD_CHECK_WAIT_SECONDS):
        return HashingBusyError(retry_after=1)
    return None


def _counts_for_user(scope: Scope) -> bool:
    path = scope["path"]
    is_public = path in THROTTLED_PATHS or path in OTHER_PUBLIC_PATHS or path.startswith(HEALTH_CHECKS)
    return path.startswith(("/api/", OPENAI_PREFIX)) and not is_public and not _is_signed(scope)


def _is_signed(scope: Scope) -> bool:
    """Return whether a URL is signed: its requests count for the user for whom it is (`SignedURL`)."""
    return scope["method"] in {"GET", "HEAD"} and re.fullmatch(settings.SIGNED_PATHS, scope["path"]) is not None
