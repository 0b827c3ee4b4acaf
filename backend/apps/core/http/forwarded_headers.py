"""`X-Forwarded-*` headers are accepted only from the proxies that we trust."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from apps.core.http.client_address import comes_through_trusted_proxy

type GetResponse = Callable[[HttpRequest], HttpResponseBase]

# The ones Django reads. client_address.py checks X-Forwarded-For hop by hop.
FORWARDED_HEADERS = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")


def drop_untrusted_headers(get_response: GetResponse) -> GetResponse:
    """Middleware: drop `X-Forwarded-Proto`, `-Host` and `-Port` of a peer that is not in `TRUSTED_PROXIES`."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if not comes_through_trusted_proxy(request.META):
            for name in FORWARDED_HEADERS:
                request.META.pop(name, None)
        return get_response(request)

    return respond
