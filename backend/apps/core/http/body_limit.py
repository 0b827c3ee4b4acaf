"""The size limit of request bodies, also without a declared length."""

import re
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from apps.core.errors import TooLargeError
from apps.core.http.asgi import Application, GetResponse, Message, Receive, Scope, Send
from apps.core.http.failure_responses import make_failure_response

CUT_OFF = "body_is_cut_off"


def limit_bodies(application: Application) -> Application:
    """Wrap an ASGI application, so that it receives no more of a body than its path allows.

    Django reads the whole body before it looks at the request, and a chunked body never ends if its client so chooses.
    """

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await application(scope, _LimitedBody(scope, receive).receive, send)

    return serve


def refuse_large_bodies(get_response: GetResponse) -> GetResponse:
    """Middleware: answer 413 to a request whose body exceeds the limit; the view of uploads does so itself."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if request.path_info == settings.UPLOAD_PATH:
            return get_response(request)
        is_cut_off = getattr(request, "scope", {}).get(CUT_OFF, False)
        if is_cut_off or _exceeds(find_body_limit(request.path_info), request.META.get("CONTENT_LENGTH")):
            return make_failure_response(request.path_info, TooLargeError())
        return get_response(request)

    return respond


def find_body_limit(path: str) -> int:
    """Return how many bytes a body at this path may have: `REQUEST_MAX_BODY`, or what `LARGER_BODIES` says."""
    usual: int = settings.REQUEST_MAX_BODY
    larger: dict[str, int] = settings.LARGER_BODIES
    if not _match_any(tuple(larger)).fullmatch(path):
        return usual
    return max([usual, *(size for pattern, size in larger.items() if re.fullmatch(pattern, path))])


@cache
def _match_any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for paths that match any of `patterns`: most match none."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


class _LimitedBody:
    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._left = limit = find_body_limit(scope["path"])
        self._is_cut_off = False
        self._is_too_large = _exceeds(limit, dict(scope["headers"]).get(b"content-length"))

    async def receive(self) -> Message:
        if self._is_too_large and not self._is_cut_off:
            return self._cut_off()  # Before anything is read: a client that waits for "100 Continue" sends nothing.
        while (message := await self._receive())["type"] == "http.request":
            if self._is_cut_off:
                continue  # Read and dropped: a client that is still sending cannot read the response yet.
            self._left -= len(message.get("body", b""))
            return message if self._left >= 0 else self._cut_off()
        return message

    def _cut_off(self) -> Message:
        self._is_cut_off = self._scope[CUT_OFF] = True
        return {"type": "http.request", "body": b"", "more_body": False}


def _exceeds(limit: int, declared: str | bytes | None) -> bool:
    return declared is not None and declared.isdigit() and int(declared) > limit
