"""The refresh token as a cookie: how browsers keep it where scripts cannot read it."""

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
    """Return the refresh token that a browser sent along, or an empty text.

    Raises:
        OriginRefusedError: it is another site that had the browser send it. `SameSite` says no already; this holds
            where a browser or a neighbour on the same site does not.
    """
    token = request.COOKIES.get(REFRESH_COOKIE, "")
    origin = request.headers.get("Origin")
    if token and origin is not None and not _is_ours(origin, request):
        raise OriginRefusedError
    return token


def set_refresh_cookie(request: HttpRequest, response: HttpResponse, tokens: TokenPair) -> None:
    """Have the browser keep the refresh token for as long as it is good, for the paths that need it."""
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
    """Have the browser forget the refresh token."""
    response.delete_cookie(REFRESH_COOKIE, path=PATH, samesite=SAME_SITE)


def _is_ours(origin: str, request: HttpRequest) -> bool:
    # The scheme may differ: a proxy that ends TLS need not say so.
    return urlsplit(origin).netloc == request.get_host() or origin in settings.CORS_ALLOWED_ORIGINS
