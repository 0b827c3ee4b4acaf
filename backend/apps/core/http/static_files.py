"""Static files, answered from memory on the event loop: a thread for each would delay running streams."""

import asyncio
import re
from collections import OrderedDict
from functools import cache
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.utils.module_loading import import_string
from whitenoise.middleware import WhiteNoiseMiddleware

from apps.core.errors import AppError
from apps.core.http.asgi import Application, GetResponse, Receive, Scope, Send
from apps.core.http.client_address import client_address, client_network
from apps.core.http.failure_responses import refuse_request
from apps.core.http.in_flight import Caller, RequestsInFlight
from apps.core.http.requests import LazyHeadersRequest

MIDDLEWARE = "apps.core.http.static_files.serve_static_files"

MAX_CACHED_BYTES = 8 * 1024 * 1024
MAX_PER_NETWORK = 2
"""Files of one client network that are answered in one pass of the event loop."""

MAX_PER_PASS = 4
"""The same for all client networks."""

MAX_WAITING = 512
"""The number of connections that one client network may have."""

CONTENT_STATUSES = {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}
_RANGE = re.compile(r"bytes (\d+)-(\d+)/\d+")


def serve_static_files(get_response: GetResponse) -> GetResponse:
    """Middleware: WhiteNoise, for tests and for the requests that `StaticFiles` passes on."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        file = _find_file(request.path_info)
        return get_response(request) if file is None else cast("HttpResponseBase", _get_files().serve(file, request))

    _get_files()  # They are listed now, not with the first request.
    return respond


class StaticFiles:
    """ASGI wrapper: answers requests for files, a few in each pass of the event loop, without a thread.

    The middleware before `serve_static_files` handles them as it handles every request.
    """

    def __init__(self, application: Application, max_cached_bytes: int = MAX_CACHED_BYTES) -> None:
        """Pass all other requests to `application`; keep contents of up to `max_cached_bytes` in memory."""
        self._application = application
        self._respond = _make_chain()
        self._contents = _Contents(max_cached_bytes)
        self._slots = RequestsInFlight(lambda: None, MAX_WAITING)
        self._slots_of_pass = asyncio.Semaphore(MAX_PER_PASS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = _find_file(scope["path"])
        if file is None or _has_body(scope):
            await self._application(scope, receive, send)
            return
        try:
            slot = await self._slots.take(Caller(client_network(client_address(scope)), MAX_PER_NETWORK))
        except AppError as error:
            await refuse_request(send, scope, error)
            return
        try:
            response, content = await self._answer(scope, file)
        finally:
            slot.leave()
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.items()]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, scope: Scope, file: Any) -> tuple[HttpResponseBase, bytes | memoryview]:  # noqa: ANN401 - WhiteNoise has no types
        async with self._slots_of_pass:
            await asyncio.sleep(0)  # Other tasks run in between, however many requests have arrived.
            request = LazyHeadersRequest({**scope, "path": settings.BASE_PATH + scope["path"]}, BytesIO())
            response = self._respond(request)
            return response, await self._contents.read(file, request, response)


def _make_chain() -> GetResponse:
    """Return the middleware before `serve_static_files` as one function, which ends with the head of the file."""
    respond: GetResponse = _answer_head
    for name in reversed(settings.MIDDLEWARE[: settings.MIDDLEWARE.index(MIDDLEWARE)]):
        respond = cast("GetResponse", convert_exception_to_response(import_string(name)(respond)))
    return respond


def _answer_head(request: HttpRequest) -> HttpResponseBase:
    file = _find_file(request.path_info)
    if file is None:
        return HttpResponseNotFound()
    method = "HEAD" if request.method == "GET" else request.method  # A GET would open the file.
    head = file.get_response(method, request.META)
    response = HttpResponse(status=head.status)
    del response.headers["Content-Type"]
    for name, value in head.headers:
        response.headers[name] = value
    return response


class _Contents:
    """The contents of the most recently requested files."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._cached: OrderedDict[tuple[str, str], bytes] = OrderedDict()  # least recently used first

    async def read(self, file: Any, request: HttpRequest, response: HttpResponseBase) -> bytes | memoryview:  # noqa: ANN401 - WhiteNoise has no types
        """Return the response to a GET with this head: the file, a part of it, or nothing."""
        if request.method != "GET" or response.status_code not in CONTENT_STATUSES or "ETag" not in response.headers:
            return b""
        path, _ = file.get_path_and_headers(request.META)
        key = path, response.headers["ETag"]
        content = self._cached.get(key)
        if content is None:
            content = await asyncio.to_thread(Path(path).read_bytes)
            self._add(key, content)
        else:
            self._cached.move_to_end(key)
        part = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        return memoryview(content)[int(part[1]) : int(part[2]) + 1] if part else content

    def _add(self, key: tuple[str, str], content: bytes) -> None:
        self._bytes += len(content) - len(self._cached.pop(key, b""))
        self._cached[key] = content
        while self._bytes > self._max_bytes:
            self._bytes -= len(self._cached.popitem(last=False)[1])


@cache
def _scan(root: Path | None, *, is_watched: bool) -> WhiteNoiseMiddleware:  # noqa: ARG001 - the cache key
    return WhiteNoiseMiddleware(None)


def _get_files() -> WhiteNoiseMiddleware:
    return _scan(settings.WHITENOISE_ROOT, is_watched=getattr(settings, "WHITENOISE_AUTOREFRESH", settings.DEBUG))


def _find_file(path: str) -> Any:  # noqa: ANN401 - WhiteNoise has no types
    files = _get_files()
    return files.find_file(path) if files.autorefresh else files.files.get(path)


def _has_body(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
