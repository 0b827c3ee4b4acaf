"""Django's ASGI handler, with request bodies in memory and one thread for all synchronous work of a request."""

import asyncio
from io import BytesIO
from typing import IO, Any, override

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_finished, request_started
from django.http import FileResponse
from django.urls import set_script_prefix

from apps.core.http.asgi import Receive, Scope, Send
from apps.core.http.request_threads import RequestThreads


class MemoryBodyHandler(ASGIHandler):
    """Handles requests as Django does, with less work for each.

    Bodies that arrive here have at most a few megabytes (`limit_bodies`, `stage_uploads`), and need no temporary file.
    Django leaves its file open if a request is cancelled, for example because the server shuts down.

    All middleware is synchronous. Django starts a thread for each request, and another to end it. In between it passes
    the request on to the thread for the middleware, back to the event loop, and to the thread again for each method of
    the middleware and for the view, and for what begins and ends the request. Here, all of that runs in one go, on a
    thread that is kept.
    """

    def __init__(self) -> None:
        """Load the middleware."""
        self._threads = RequestThreads()
        self._respond_on_thread = sync_to_async(self._make_response)
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
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        responding = asyncio.create_task(self._respond(scope, body, send))
        leaving = asyncio.ensure_future(receive())
        try:
            await asyncio.wait([responding, leaving], return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            responding.cancel()
        try:
            await responding
        except asyncio.CancelledError:
            # The client has disconnected. The view may still run on the thread, and this waits for it.
            await request_finished.asend(sender=self.__class__)

    async def _respond(self, scope: Scope, body: IO[bytes], send: Send) -> None:
        response = await self._respond_on_thread(scope, body)
        try:
            await self.send_response(response, send)
        finally:
            if response.streaming:
                await sync_to_async(response.close)()

    def _make_response(self, scope: Scope, body: IO[bytes]) -> Any:  # noqa: ANN401 - its type lacks `_handler_class`
        """Return the response; unless it is a stream, the request has ended, and its connection is free."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__  # noqa: SLF001 - as Django does
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            response.close()
        return response

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
