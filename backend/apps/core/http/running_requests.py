"""The limit of requests that a worker runs at once; the others wait, and client networks take turns.

All threads share one interpreter. If forty requests ran at once, the event loop, which relays tokens, would get a
fortieth of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from inspect import iscoroutinefunction

from django.http import HttpRequest, HttpResponseBase

from apps.core.http.client_address import ClientNetwork, current_client
from apps.core.http.in_flight import HEALTH_CHECKS
from apps.core.slots import FairSlots, NoSlotError

RUNNING_AT_ONCE = 4
MOST_OF_CLIENT = 3
"""Slow requests of one client network leave a slot for all others."""

MOST_WAITING = 512
PATIENCE = 0.5
"""Seconds. After them a request runs without a slot: those that hold the slots must be waiting, as for a database."""

CHECKS_AT_ONCE = 2
"""Health checks, which have slots of their own: one for each client network."""

_slots = FairSlots[ClientNetwork | None](RUNNING_AT_ONCE, most_of_key=MOST_OF_CLIENT, most_waiting=MOST_WAITING)
_slots_of_checks = FairSlots[ClientNetwork | None](CHECKS_AT_ONCE, most_of_key=1, most_waiting=MOST_WAITING)


class _Run:
    """The slot of one request; `leave` may be called again."""

    def __init__(self, slots: FairSlots[ClientNetwork | None]) -> None:
        self.has_slot = False
        self._slots = slots
        self._client = current_client.get()

    def enter(self) -> None:
        with suppress(NoSlotError):
            self._slots.take(self._client, patience=PATIENCE)
            self.has_slot = True

    def leave(self) -> None:
        if self.has_slot:
            self.has_slot = False
            self._slots.give_back(self._client)


_current_run: ContextVar[_Run | None] = ContextVar("current_run", default=None)


@contextmanager
def resting() -> Iterator[None]:
    """Let other requests run while the current one, if there is one, waits for something."""
    run = _current_run.get()
    if run is None or not run.has_slot:
        yield
        return
    run.leave()
    try:
        yield
    finally:
        run.enter()


class RunningRequests:
    """Middleware: run few requests at once, and few health checks. Asynchronous views need no thread and leave."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Wait for a slot, and respond."""
        run = _Run(_slots_of_checks if request.path_info.startswith(HEALTH_CHECKS) else _slots)
        token = _current_run.set(run)
        try:
            run.enter()
            return self._get_response(request)
        finally:
            run.leave()
            _current_run.reset(token)

    def process_view(self, _: HttpRequest, view: Callable[..., object], *__: object) -> None:
        """Leave before an asynchronous view, which may wait for long."""
        run = _current_run.get()
        if run is not None and iscoroutinefunction(view):
            run.leave()
