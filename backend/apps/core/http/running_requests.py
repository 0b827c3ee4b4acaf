"""The limit of running requests of one worker; the others wait, and client networks take turns.

All threads share one interpreter. If forty requests ran at once, the event loop, which relays tokens, would get a
fortieth of it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from inspect import iscoroutinefunction

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from apps.core.errors import TemporarilyUnavailableError
from apps.core.http.asgi import GetResponse
from apps.core.http.client_address import ClientNetwork, current_network
from apps.core.http.failure_responses import make_failure_response
from apps.core.http.in_flight import HEALTH_CHECKS
from apps.core.slots import FairSlots, NoSlotError

MAX_RUNNING = 4
MAX_PER_NETWORK = 3
"""Slow requests of one client network leave a slot for all others."""

MAX_WAITING = 512

MAX_EXTRA = 8
MAX_EXTRA_PER_NETWORK = 4
"""Extra slots, for requests that have waited `REQUEST_SLOT_SECONDS`: the holders of the ordinary slots are probably
waiting for a store."""

MAX_RUNNING_CHECKS = 2
"""Slots for health checks alone; a client network takes at most one of them."""

type _Slots = FairSlots[ClientNetwork | None]


def _make_slots(count: int, max_per_key: int) -> _Slots:
    return FairSlots(count, max_per_key=max_per_key, max_waiting=MAX_WAITING)


_slots = (_make_slots(MAX_RUNNING, MAX_PER_NETWORK), _make_slots(MAX_EXTRA, MAX_EXTRA_PER_NETWORK))
_slots_of_checks = (_make_slots(MAX_RUNNING_CHECKS, 1), _make_slots(MAX_EXTRA, 1))


class _RequestSlot:
    """The slot of one request: an ordinary one or, after a wait, an extra one; `leave` may be called again."""

    def __init__(self, kinds: tuple[_Slots, _Slots]) -> None:
        self._kinds = kinds
        self._held: _Slots | None = None
        self._network = current_network.get()

    @property
    def is_held(self) -> bool:
        return self._held is not None

    def enter(self) -> None:
        """Wait for a slot; raises NoSlotError if there is none within `REQUEST_WAIT_SECONDS`."""
        ordinary, extra = self._kinds
        try:
            ordinary.acquire(self._network, max_wait=settings.REQUEST_SLOT_SECONDS)
            self._held = ordinary
        except NoSlotError:
            extra.acquire(self._network, max_wait=settings.REQUEST_WAIT_SECONDS)
            self._held = extra

    def leave(self) -> None:
        if self._held is not None:
            self._held.release(self._network)
            self._held = None


_current_slot: ContextVar[_RequestSlot | None] = ContextVar("current_slot", default=None)


@contextmanager
def request_slot_released() -> Iterator[None]:
    """Let other requests run while the current one, if there is one, waits for something."""
    slot = _current_slot.get()
    if slot is None or not slot.is_held:
        yield
        return
    slot.leave()
    try:
        yield
    finally:
        with suppress(NoSlotError):  # It has begun: it ends without a slot.
            slot.enter()


class RunningRequests:
    """Middleware: run few requests and health checks at a time. Asynchronous views need no thread and leave early."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Wait for a slot, and respond: with 503 if there is none."""
        slot = _RequestSlot(_slots_of_checks if request.path_info.startswith(HEALTH_CHECKS) else _slots)
        token = _current_slot.set(slot)
        try:
            slot.enter()
            return self._get_response(request)
        except NoSlotError:
            return make_failure_response(request.path_info, TemporarilyUnavailableError(retry_after=1))
        finally:
            slot.leave()
            _current_slot.reset(token)

    def process_view(self, _: HttpRequest, view: Callable[..., object], *__: object) -> None:
        """Leave before an asynchronous view, which may take long."""
        slot = _current_slot.get()
        if slot is not None and iscoroutinefunction(view):
            slot.leave()
