"""Checks of `Host` and, for browsers, `Origin` in WebSocket handshakes (docs/protocol.md: P-2.2)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from apps.core.http.asgi import Application, Receive, Scope, Send


def refuse_foreign_handshakes(application: Application) -> Application:
    """Wrap an ASGI application: a handshake whose headers are not allowed is refused with 403."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if is_handshake_allowed(scope["headers"]):
            await application(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 4003})  # Before the accept: HTTP 403.

    return serve


def is_handshake_allowed(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Return whether both headers of a handshake are allowed. A function, so that the socket does not keep its data."""
    read = {name: value.decode("latin-1") for name, value in headers if name in {b"host", b"origin"}}
    host = read.get(b"host", "")
    return is_host_allowed(host) and is_origin_allowed(read.get(b"origin"), host)


def is_host_allowed(host: str) -> bool:
    """Return whether a `Host` header is in `ALLOWED_HOSTS`."""
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def is_origin_allowed(origin: str | None, host: str) -> bool:
    """Return whether a page of this origin may connect: our own or a listed one. Only browsers send `Origin`."""
    if origin is None:
        return True
    try:
        netloc = urlsplit(origin).netloc
    except ValueError:  # An unclosed bracket, which no browser sends.
        return False
    return origin in settings.CORS_ALLOWED_ORIGINS or netloc.lower() == host.lower() != ""
