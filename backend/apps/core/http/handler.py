"""Django's ASGI handler, with request bodies in memory and one thread for all synchronous work of a request."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from typing import IO, override

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.core.http.asgi import Receive, Scope, Send
from apps.core.http.running_requests import MAX_RUNNING


class RequestThreads:
    """Threads that are kept for further requests, as many as run at once; the thread that was busy last comes first."""

    def __init__(self) -> None:
        self._idle: list[ThreadPoolExecutor] = []

    @contextmanager
    def borrow(self) -> Iterator[ThreadPoolExecutor]:
        """Yield the executor of a thread that is not in use."""
        try:
            thread = self._idle.pop()
        except IndexError:
            thread = ThreadPoolExecutor(1, thread_name_prefix="request")
        try:
            yield thread
        except BaseException:
            # A cancelled request may still run on its thread, and the next one would wait for it.
            thread.shutdown(wait=False)
            raise
        if len(self._idle) < MAX_RUNNING:
            self._idle.append(thread)
        else:
            thread.shutdown(wait=False)


class MemoryBodyHandler(ASGIHandler):
    """Handles requests as Django does, with less work for each.

    Bodies that arrive here have at most a few megabytes (`limit_bodies`, `stage_uploads`), and need no temporary file.
    Django leaves its file open if a request is cancelled, for example because the server shuts down.

    All middleware is synchronous. Django starts a thread for each request, and another to end it. In between it passes
    the request on to the thread for the middleware, back to the event loop, and to the thread again for each method of
    the middleware and for the view. Here, middleware and view run in one go, on a thread that is kept.
    """

    def __init__(self) -> None:
        self._threads = RequestThreads()
        super().__init__()

    @override
    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._threads.borrow() as thread:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)

    @override
    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response)(request)

    @override
    async def read_body(self, receive: Receive) -> IO[bytes]:
        body = BytesIO()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise RequestAborted
            body.write(message.get("body", b""))
            if not message.get("more_body", False):
                body.seek(0)
                return body
