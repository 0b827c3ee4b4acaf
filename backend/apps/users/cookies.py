"""The refresh token as a cookie, which scripts cannot read."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.core.http.handshake import is_origin_allowed
from apps.users.errors import OriginRefusedError
from apps.users.tokens import TokenPair

PLAIN_COOKIE = "refresh_token"
"""Over http, and as earlier versions set it: accepted until it expires."""

PLAIN_PATH = f"{settings.BASE_PATH}/api/auth/"
SECURE_COOKIE, SECURE_PATH = (
    ("__Secure-refresh_token", PLAIN_PATH) if settings.BASE_PATH else ("__Host-refresh_token", "/")
)
"""Over https. `__Host-` keeps other hosts of the site from setting the cookie, but browsers accept it with the path `/`
only, which would send it to the other applications of the host (docs/decisions/0022-sub-path.md).
"""

SAME_SITE: Final = "Lax"


def read_refresh_cookie(request: HttpRequest) -> str:
    """Return the refresh token of the cookie, or an empty string.

    Raises:
        OriginRefusedError: another site made the browser send it. `SameSite` prevents that already, but not in every
            browser and not for other hosts of the same site.
    """
    token = kept_refresh_token(request)
    # The scheme may differ: a proxy that terminates TLS may not announce it.
    if token and not is_origin_allowed(request.headers.get("Origin"), request.get_host()):
        raise OriginRefusedError
    return token


def kept_refresh_token(request: HttpRequest) -> str:
    """Return the refresh token that the browser keeps, wherever the request comes from."""
    return request.COOKIES.get(SECURE_COOKIE) or request.COOKIES.get(PLAIN_COOKIE, "")


def set_refresh_cookie(request: HttpRequest, response: HttpResponse, tokens: TokenPair) -> None:
    """Set the cookie for the lifetime of the refresh token."""
    is_secure = request.is_secure()
    if is_secure and PLAIN_COOKIE in request.COOKIES:
        response.delete_cookie(PLAIN_COOKIE, path=PLAIN_PATH, samesite=SAME_SITE)
    response.set_cookie(
        SECURE_COOKIE if is_secure else PLAIN_COOKIE,
        tokens.refresh,
        max_age=tokens.refresh_expires_at - timezone.now(),
        path=SECURE_PATH if is_secure else PLAIN_PATH,
        secure=is_secure,
        httponly=True,
        samesite=SAME_SITE,
    )


def clear_refresh_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Delete the cookie and the cached responses (docs/decisions/0020-browser-data-belongs-to-one-user.md)."""
    response.headers["Clear-Site-Data"] = '"cache"'
    response.delete_cookie(PLAIN_COOKIE, path=PLAIN_PATH, samesite=SAME_SITE)
    if request.is_secure():
        response.delete_cookie(SECURE_COOKIE, path=SECURE_PATH, samesite=SAME_SITE)
