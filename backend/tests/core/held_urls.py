"""URLs of views that wait until a test opens the gate, and count who is in them."""

from collections import Counter
from threading import Event, Lock, Semaphore

from django.http import HttpRequest, HttpResponse
from django.urls import path

gate = Event()
entered = Semaphore(0)
max_inside: Counter[str] = Counter()
_inside: Counter[str] = Counter()
_lock = Lock()


def wait_at_the_gate(request: HttpRequest) -> HttpResponse:
    """Answer when the gate is open; `max_inside` counts the most requests of an address at a time."""
    address = request.META["REMOTE_ADDR"]
    with _lock:
        _inside[address] += 1
        max_inside[address] = max(max_inside[address], _inside[address])
    entered.release()
    is_open = gate.wait(30)
    with _lock:
        _inside[address] -= 1
    return HttpResponse(status=200 if is_open else 500)


urlpatterns = [
    path("held", wait_at_the_gate),
    path("api/health/live", wait_at_the_gate),
]
