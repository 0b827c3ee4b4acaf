"""The type of requests that endpoints of signed-in users receive."""

from django.http import HttpRequest

from apps.users.auth import Principal


class SignedInRequest(HttpRequest):
    """A request of a signed-in user."""

    auth: Principal
