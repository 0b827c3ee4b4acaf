"""The size limit of request bodies, also of those that do not declare their length."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

type Scope = dict[str, Any]
type Message = Mapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type Application = Callable[[Scope, Receive, Send], Awaitable[None]]

CUT_OFF = "body_is_cut_off"


def limit_bodies(application: Application) -> Application:
    """Wrap an ASGI application, so that it receives no more of a body than `DATA_UPLOAD_MAX_MEMORY_SIZE` bytes.

    Django reads the whole body before it looks at the request, and a chunked body never ends if its client so chooses.
    """

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        await application(scope, _LimitedBody(scope, receive).receive, send)

    return serve


def refuse_large_bodies(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: answer 413 to a request whose body exceeds the limit."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        is_cut_off = getattr(request, "scope", {}).get(CUT_OFF, False)
        if is_cut_off or _exceeds_limit(request.META.get("CONTENT_LENGTH")):
            return HttpResponse("The request is too large.", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return get_response(request)

    return respond


class _LimitedBody:
    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._left: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        self._is_cut_off = False

    async def receive(self) -> Message:
        if not self._is_cut_off and _exceeds_limit(dict(self._scope["headers"]).get(b"content-length")):
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


def _exceeds_limit(declared: str | bytes | None) -> bool:
    limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    return declared is not None and declared.isdigit() and int(declared) > limit
