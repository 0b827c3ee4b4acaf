"""Django's middleware that only the administration needs; all other requests skip it, in one call each."""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest

ADMINISTRATION = "/admin/"


class _OnlyThere:
    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:  # noqa: ANN401 - as Django's
        if request.path_info.startswith(ADMINISTRATION):
            return super().__call__(request)  # type: ignore[misc]
        return self.get_response(request)


class AdministrationSessions(_OnlyThere, SessionMiddleware):
    """Django's sessions."""


class AdministrationUsers(_OnlyThere, AuthenticationMiddleware):
    """The user of a session."""


class AdministrationMessages(_OnlyThere, MessageMiddleware):
    """Messages on pages."""
