"""What a proxy says about a request is believed only of the proxies that we trust."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from apps.core.http.client_address import comes_through_trusted_proxy

type GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Those that Django reads. X-Forwarded-For is judged hop by hop in client_address.py.
BELIEVED_HEADERS = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")


def forget_untrusted_headers(get_response: GetResponse) -> GetResponse:
    """Middleware: drop `X-Forwarded-Proto`, `-Host` and `-Port` of a peer that is not in `TRUSTED_PROXIES`."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if not comes_through_trusted_proxy(request.META):
            for name in BELIEVED_HEADERS:
                request.META.pop(name, None)
        return get_response(request)

    return respond
