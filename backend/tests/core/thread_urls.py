"""URLs of views that answer with the thread on which they run, or its connection to the database."""

import threading
from typing import ClassVar, override

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

meeting = threading.Barrier(2)
is_waiting = threading.Event()
gate = threading.Event()


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


class NotedResponse(HttpResponse):
    """Notes each time it is closed."""

    closings: ClassVar[list[int]] = []

    @override
    def close(self) -> None:
        self.closings.append(threading.get_ident())
        super().close()


def answer_late(_: HttpRequest) -> HttpResponse:
    """Answer when the gate is open."""
    is_waiting.set()
    gate.wait(30)
    is_waiting.clear()
    return NotedResponse("0")


def show_connection(_: HttpRequest) -> HttpResponse:
    """Use the database, and answer with 1 if this thread was connected to it already."""
    was_open = connection.connection is not None
    connection.ensure_connection()
    return HttpResponse(str(int(was_open)))


urlpatterns = [
    path("thread", show_thread),
    path("meet", meet),
    path("loop", show_loop_thread),
    path("connection", show_connection),
    path("late", answer_late),
]
