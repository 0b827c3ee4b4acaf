"""Django's ASGI handler, with request bodies in memory and one thread for all synchronous work of a request."""

import asyncio
import atexit
import threading
from collections.abc import Callable
from functools import partial
from io import BytesIO
from queue import SimpleQueue
from typing import IO, Any, override

from asgiref.sync import sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from apps.core.database import Work, run_for
from apps.core.http.asgi import Receive, Scope, Send
from apps.core.http.requests import ChatRequest
from apps.core.http.running_requests import MAX_RUNNING


class RequestThread:
    """A thread for one request at a time, as an executor: `call` runs a function on it.

    The futures of its work belong to the event loop. Futures of the standard library's executors have locks, and would
    have to be chained to futures of the loop.
    """

    def __init__(self) -> None:
        self._work: SimpleQueue[Work | None] = SimpleQueue()
        executor: Any = self
        self.call = sync_to_async(_call, thread_sensitive=False, executor=executor)
        self._thread = threading.Thread(target=self._run, name="request", daemon=True)
        self._thread.start()

    def submit[**P, R](self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[R]:
        """Run `work` after what was submitted before."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self.put(partial(run_for, done, partial(work, *args, **kwargs)))
        return done

    def put(self, work: Work | None) -> None:
        """Run `work`, which does not fail, after what was submitted before; None ends the thread."""
        self._work.put(work)

    def join(self) -> None:
        self._thread.join()

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def _call[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    return work(*args, **kwargs)


class RequestThreads:
    """Threads that are kept for further requests, as many as run at once; the thread that was busy last comes first."""

    def __init__(self) -> None:
        self._idle: list[RequestThread] = []
        self._all: set[RequestThread] = set()
        atexit.register(self._end)

    def take(self) -> RequestThread:
        """Return a thread that is not in use."""
        try:
            return self._idle.pop()
        except IndexError:
            thread = RequestThread()
            self._all.add(thread)
            return thread

    def give_back(self, thread: RequestThread) -> None:
        """Keep a thread that has done its work for the next request."""
        if len(self._idle) < MAX_RUNNING:
            self._idle.append(thread)
        else:
            self.give_up(thread)

    def give_up(self, thread: RequestThread) -> None:
        """End a thread after its work. A cancelled request may still run on it, and the next one would wait for it."""
        self._all.discard(thread)
        thread.put(None)

    def _end(self) -> None:
        for thread in self._all:
            thread.put(None)
        for thread in self._all:
            thread.join()


class MemoryBodyHandler(ASGIHandler):
    """Handles requests as Django does, with less work for each.

    Bodies that arrive here have at most a few megabytes (`limit_bodies`, `stage_uploads`), and need no temporary file.
    Django leaves its file open if a request is cancelled, for example because the server shuts down.

    All middleware is synchronous. Django starts a thread for each request, and another to end it. In between it passes
    the request on to the thread for its first signal, for the middleware, back to the event loop, and to the thread
    again for each method of the middleware, for the view and for its last signal. Here, all of that runs in one go, on
    a thread that is kept.
    """

    request_class = ChatRequest

    def __init__(self) -> None:
        self._threads = RequestThreads()
        # The end of a request closes a connection that is broken or too old; until the next one, nothing uses it.
        request_started.disconnect(close_old_connections)
        super().__init__()

    @override
    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        thread = self._threads.take()
        try:
            await self._serve(thread, scope, body, receive, send)
        except BaseException:
            self._threads.give_up(thread)
            raise
        self._threads.give_back(thread)

    async def _serve(self, thread: RequestThread, scope: Scope, body: IO[bytes], receive: Receive, send: Send) -> None:
        """Respond, or stop once the client has disconnected."""
        made: list[HttpResponseBase] = []
        responding: Any = asyncio.current_task()
        leaving = asyncio.create_task(_cancel_when_gone(receive, responding))
        try:
            await thread.call(self._make_response, scope, body, made)
            await self.send_response(made[0], send)
        except asyncio.CancelledError:
            # A streamed response raises it too, to end without an end (`end_with_session`).
            if responding.cancelling() > leaving.done():
                raise
        finally:
            if not leaving.cancel():
                responding.uncancel()
            if not (made and made[0].closed) and not responding.cancelling():
                # Waits for the thread, which may still make the response of a client that has disconnected.
                await thread.call(self._end, made)

    def _make_response(self, scope: Scope, body: IO[bytes], made: list[HttpResponseBase]) -> None:
        """Add the response to `made`, already closed unless it is streamed."""
        set_script_prefix(get_script_prefix(scope))
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
    async def send_response(self, response: Any, send: Send) -> None:
        if response.streaming or len(response.content) > self.chunk_size:
            await super().send_response(response, send)
            return
        headers = [
            (name.encode("ascii"), value.encode("latin-1"))
            for name, value in response.headers._store.values()  # noqa: SLF001 - its iterators take three calls for each
        ]
        headers += [(b"Set-Cookie", cookie.OutputString().encode("ascii")) for cookie in response.cookies.values()]
        await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
        await send({"type": "http.response.body", "body": response.content})

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


async def _cancel_when_gone(receive: Receive, responding: asyncio.Task[None]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    responding.cancel()
