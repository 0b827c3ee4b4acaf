"""The limit of requests that a worker runs at once; the others wait, and client networks take turns.

All threads share one interpreter. If forty requests ran at once, the event loop, which relays tokens, would get a
fortieth of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from inspect import iscoroutinefunction

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from apps.core.http.client_address import ClientNetwork, current_client
from apps.core.http.in_flight import HEALTH_CHECKS
from apps.core.slots import FairSlots, NoSlotError

RUNNING_AT_ONCE = 4
MAX_PER_CLIENT = 3
"""Slow requests of one client network leave a slot for all others."""

MAX_WAITING = 512

CHECKS_AT_ONCE = 2
"""Slots for health checks alone; a client network takes at most one of them."""

_slots = FairSlots[ClientNetwork | None](RUNNING_AT_ONCE, most_of_key=MAX_PER_CLIENT, most_waiting=MAX_WAITING)
_slots_of_checks = FairSlots[ClientNetwork | None](CHECKS_AT_ONCE, most_of_key=1, most_waiting=MAX_WAITING)


class _RequestSlot:
    """The slot of one request; `leave` may be called again."""

    def __init__(self, slots: FairSlots[ClientNetwork | None]) -> None:
        self.is_held = False
        self._slots = slots
        self._client = current_client.get()

    def enter(self) -> None:
        with suppress(NoSlotError):
            self._slots.take(self._client, patience=settings.REQUEST_SLOT_SECONDS)
            self.is_held = True

    def leave(self) -> None:
        if self.is_held:
            self.is_held = False
            self._slots.give_back(self._client)


_current_slot: ContextVar[_RequestSlot | None] = ContextVar("current_slot", default=None)


@contextmanager
def resting() -> Iterator[None]:
    """Let other requests run while the current one, if there is one, waits for something."""
    slot = _current_slot.get()
    if slot is None or not slot.is_held:
        yield
        return
    slot.leave()
    try:
        yield
    finally:
        slot.enter()


class RunningRequests:
    """Middleware: run few requests at once, and few health checks. Asynchronous views need no thread and leave."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Wait for a slot, and respond."""
        slot = _RequestSlot(_slots_of_checks if request.path_info.startswith(HEALTH_CHECKS) else _slots)
        token = _current_slot.set(slot)
        try:
            slot.enter()
            return self._get_response(request)
        finally:
            slot.leave()
            _current_slot.reset(token)

    def process_view(self, _: HttpRequest, view: Callable[..., object], *__: object) -> None:
        """Leave before an asynchronous view, which may wait for long."""
        slot = _current_slot.get()
        if slot is not None and iscoroutinefunction(view):
            slot.leave()
