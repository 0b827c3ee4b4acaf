"""Security headers: a Content-Security-Policy for each kind of page, and Permissions-Policy."""

import secrets

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase

from apps.core.http.asgi import GetResponse
from apps.core.http.openai_errors import OPENAI_PREFIX

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"

# For a response of the API that a browser shows as a page: loads, runs and frames nothing.
_NOTHING = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'", "frame-ancestors": "'none'"}

_PAGE = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'nonce-{nonce}'",
    "img-src": "'self' data: blob:",
    "connect-src": "'self' {sockets}",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}

# Draws what a model wrote, with style elements and attributes. The sandbox takes its origin away, so it cannot reach
# the application, and it may connect to nothing.
_DIAGRAM = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "font-src": "'self'",
    "img-src": "data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-scripts",
}

_DOCS = _PAGE | {"style-src": "'self'", "connect-src": "'self'"}

# The administration's theme uses Alpine.js, which evaluates expressions in attributes, a style element without a nonce,
# and style attributes.
_ADMIN = _DOCS | {"script-src": "'self' 'unsafe-eval'", "style-src": "'self' 'unsafe-inline'"}

_TEXTS = {
    name: "; ".join(f"{directive} {sources}".rstrip() for directive, sources in policy.items())
    for name, policy in {
        "nothing": _NOTHING, "page": _PAGE, "diagram": _DIAGRAM, "docs": _DOCS, "admin": _ADMIN,
    }.items()
}  # fmt: skip


def add_security_headers(get_response: GetResponse) -> GetResponse:
    """Middleware: add the headers to each response; a page also gets a `csp_nonce` for its style elements."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        text = _TEXTS[_choose_policy(request.path_info)]
        if "{nonce}" in text:
            nonce = secrets.token_urlsafe(16)
            request.csp_nonce = nonce  # type: ignore[attr-defined]
            text = text.format(nonce=nonce, sockets=_find_socket_sources(request))
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", text)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return respond


def _choose_policy(path: str) -> str:
    if path.startswith("/api/docs"):
        return "docs"
    if path == "/diagram.html":
        return "diagram"
    if path.startswith(("/api/", OPENAI_PREFIX, "/static/")):
        return "nothing"
    return "admin" if path.startswith("/admin/") else "page"


def _find_socket_sources(request: HttpRequest) -> str:
    """Return the CSP sources of our own sockets: in some browsers `'self'` does not include them."""
    try:
        host = request.get_host()
    except DisallowedHost:
        return ""
    # Both schemes: a proxy that terminates TLS may not announce it.
    return f"ws://{host} wss://{host}"
