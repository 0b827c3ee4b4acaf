"""Refusals on pages outside /api, such as a limit that the administration's sign-in has reached."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from apps.core.errors import AppError
from apps.core.http.asgi import GetResponse


class RefusalMiddleware:
    """Middleware: answer an AppError with its status and sentence as plain text."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, _: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer an expected failure; leave all others to Django."""
        if not isinstance(error, AppError):
            return None
        response = HttpResponse(str(error), status=error.status, content_type="text/plain; charset=utf-8")
        if error.retry_after is not None:
            response.headers["Retry-After"] = str(error.retry_after)
        return response
