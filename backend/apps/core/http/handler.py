"""Django's ASGI handler, with request bodies in memory and one thread for all synchronous work of a request."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from io import BytesIO
from typing import IO, Any, override

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_finished, request_started
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

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
    the request on to the thread for its first signal, for the middleware, back to the event loop, and to the thread
    again for each method of the middleware, for the view and for its last signal. Here, all of that runs in one go, on
    a thread that is kept.
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
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond, or stop once the client has disconnected."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        set_script_prefix(get_script_prefix(scope))
        made: list[HttpResponseBase] = []
        responding = asyncio.create_task(self._respond(scope, body, send, made))
        leaving = asyncio.create_task(_wait_until_gone(receive))
        try:
            await asyncio.wait((responding, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            responding.cancel()  # No effect if it is done.
        try:
            with suppress(asyncio.CancelledError):
                await responding
        finally:
            if not (made and made[0].closed):
                # Waits for the thread, which may still make the response of a client that has disconnected.
                await sync_to_async(self._end)(made)

    async def _respond(self, scope: Scope, body: IO[bytes], send: Send, made: list[HttpResponseBase]) -> None:
        await sync_to_async(self._make_response)(scope, body, made)
        await self.send_response(made[0], send)

    def _make_response(self, scope: Scope, body: IO[bytes], made: list[HttpResponseBase]) -> None:
        """Add the response to `made`, already closed unless it is streamed."""
        request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__  # noqa: SLF001 - as Django does
        made.append(response)
        if not response.streaming:
            response.close()

    def _end(self, made: list[HttpResponseBase]) -> None:
        if not made:
            request_finished.send(sender=self.__class__)
        elif not made[0].closed:
            made[0].close()

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


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
