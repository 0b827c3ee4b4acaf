"""The sessions of the administration: each belongs to a session of its user, as in the API, and ends with it.

Django's own session, a cookie, only carries the id. Reading the conversations of users takes a fresh check of the
password too (`admin_confirmation.py`). This module is imported at start-up, so it imports no pages.
"""

import time
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from apps.core.http.asgi import GetResponse
from apps.core.http.client_address import client_address
from apps.users import selectors
from apps.users.errors import WrongCredentialsError
from apps.users.models import EndReason, Session, User
from apps.users.services.sessions import end_sessions, open_admin_session

CONFIRMATION_SECONDS = 600
"""How long a check of the password lets an administrator read the conversations of users."""

SESSION_ID = "session_id"
CONFIRMED_AT = "password_confirmed_at"


@receiver(user_logged_in)
def open_with_sign_in(request: HttpRequest, user: User, **_: object) -> None:
    """Open a session for a sign-in to the administration; the previous session of the cookie ends."""
    close_with_sign_out(request)
    request.session.pop(SESSION_ID, None)
    try:
        session = open_admin_session(
            user, address=client_address(request.META), user_agent=request.headers.get("User-Agent", "")
        )
    except WrongCredentialsError:
        return  # The next request signs out the cookie, because it has no session.
    request.session[SESSION_ID] = str(session.id)
    request.session.pop(CONFIRMED_AT, None)


@receiver(user_logged_out)
def close_with_sign_out(request: HttpRequest, **_: object) -> None:
    """End the session of a cookie that signs out."""
    if session_id := request.session.get(SESSION_ID):
        end_sessions(Session.objects.filter(id=session_id), EndReason.LOGOUT)


def require_live_session(get_response: GetResponse) -> GetResponse:
    """Middleware after authentication: sign out of the administration a client whose session has ended."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if (
            request.path_info.startswith("/admin/")
            and isinstance(request.user, User)
            and not _is_live(request, request.user)
        ):
            logout(request)
        return get_response(request)

    return respond


def _is_live(request: HttpRequest, user: User) -> bool:
    session_id = request.session.get(SESSION_ID)
    return session_id is not None and selectors.find_session_user_id(UUID(session_id)) == user.id


def ask_for_password(request: HttpRequest) -> HttpResponse | None:
    """Return the redirect to the page that asks for the password, or None if it was checked recently."""
    if time.time() - request.session.get(CONFIRMED_AT, 0) < CONFIRMATION_SECONDS:
        return None
    return HttpResponseRedirect(f"{reverse('admin:confirm')}?{urlencode({'next': request.get_full_path()})}")
