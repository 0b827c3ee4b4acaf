"""The refresh token as a cookie, which scripts cannot read."""

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.users.errors import OriginRefusedError
from apps.users.tokens import TokenPair

REFRESH_COOKIE = "refresh_token"
PATH = "/api/auth/"
SAME_SITE: Final = "Lax"


def read_refresh_cookie(request: HttpRequest) -> str:
    """Return the refresh token of the cookie, or an empty string.

    Raises:
        OriginRefusedError: another site made the browser send it. `SameSite` prevents that already, but not in every
            browser and not for other hosts of the same site.
    """
    token = request.COOKIES.get(REFRESH_COOKIE, "")
    origin = request.headers.get("Origin")
    if token and origin is not None and not _is_ours(origin, request):
        raise OriginRefusedError
    return token


def set_refresh_cookie(request: HttpRequest, response: HttpResponse, tokens: TokenPair) -> None:
    """Set the cookie for the lifetime of the refresh token, on the paths that need it."""
    response.set_cookie(
        REFRESH_COOKIE,
        tokens.refresh,
        max_age=tokens.refresh_expires_at - timezone.now(),
        path=PATH,
        secure=request.is_secure(),
        httponly=True,
        samesite=SAME_SITE,
    )


def clear_refresh_cookie(response: HttpResponse) -> None:
    """Delete the cookie."""
    response.delete_cookie(REFRESH_COOKIE, path=PATH, samesite=SAME_SITE)


def _is_ours(origin: str, request: HttpRequest) -> bool:
    # The scheme may differ: a proxy that terminates TLS may not announce it.
    return urlsplit(origin).netloc == request.get_host() or origin in settings.CORS_ALLOWED_ORIGINS
