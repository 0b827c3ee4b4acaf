"""Django's middleware that only the administration needs; all other requests skip it, in one call each."""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest

ADMINISTRATION = "/admin/"


class _AdministrationOnly:
    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:  # noqa: ANN401 - as in Django's middleware
        if request.path_info.startswith(ADMINISTRATION):
            return super().__call__(request)  # type: ignore[misc]
        return self.get_response(request)


class AdministrationSessions(_AdministrationOnly, SessionMiddleware):
    """Sessions, by cookie."""


class AdministrationUsers(_AdministrationOnly, AuthenticationMiddleware):
    """The user of the session."""


class AdministrationMessages(_AdministrationOnly, MessageMiddleware):
    """Messages shown on the next page."""
