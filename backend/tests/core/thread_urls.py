"""URLs of views that answer with the thread on which they run, or its connection to the database."""

import asyncio
import threading
from collections.abc import AsyncGenerator

from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

meeting = threading.Barrier(2)
is_waiting = threading.Event()


def show_thread(_: HttpRequest) -> HttpResponse:
    """Answer with the identifier of the thread."""
    return HttpResponse(str(threading.get_ident()))


def meet(request: HttpRequest) -> HttpResponse:
    """Answer when two requests are here at once."""
    is_waiting.set()
    meeting.wait(30)
    is_waiting.clear()
    return show_thread(request)


async def show_loop_thread(request: HttpRequest) -> HttpResponse:
    """Answer from the event loop."""
    return show_thread(request)


async def stream_number(_: HttpRequest) -> StreamingHttpResponse:
    """Answer with a stream of one piece."""

    async def pieces() -> AsyncGenerator[str]:
        yield "1"

    return StreamingHttpResponse(pieces())


async def stream_without_end(_: HttpRequest) -> StreamingHttpResponse:
    """Answer with a stream that never ends by itself."""

    async def pieces() -> AsyncGenerator[str]:
        while True:
            yield "1"
            await asyncio.sleep(0)

    return StreamingHttpResponse(pieces())


def show_connection(_: HttpRequest) -> HttpResponse:
    """Use the database, and answer with 1 if this thread was connected to it already."""
    was_open = connection.connection is not None
    connection.ensure_connection()
    return HttpResponse(str(int(was_open)))


urlpatterns = [
    path("thread", show_thread),
    path("meet", meet),
    path("loop", show_loop_thread),
    path("stream", stream_number),
    path("endless", stream_without_end),
    path("connection", show_connection),
]
