"""Limits of the HTTP requests in flight in one worker: in total, and per caller.

A request is in flight from the arrival of its body, so that bodies that never arrive take no slots, until its client
has taken the response, so that unread responses cannot fill the memory.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus

from django.conf import settings

from apps.core.errors import AppError, RateLimitError, TemporarilyUnavailableError
from apps.core.http.arriving_bodies import ArrivingBodies, network_share
from apps.core.http.asgi import Application, Message, Receive, Scope, Send
from apps.core.http.failure_responses import refuse_request

UNTIL_SENT = "until_sent"
"""Key of the ASGI scope: a function that waits until the client has taken what was sent."""

CUT_CONNECTION = "cut_connection"
"""Key of the ASGI scope: a function that ends the connection immediately and discards unsent data."""

MAX_WAITING = 32
"""Requests of one caller that wait for others of the same caller to end; further ones are refused."""

HEALTH_CHECKS = "/api/health/"
MAX_CHECKS = 4
"""Health checks of one caller in flight: each takes a thread, and many threads delay the event loop."""

MAX_WAITING_CHECKS = 512
"""The number of connections that one client network may have."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request: `limit` of its requests may be in flight (None: any number), and begin at a `rate`.

    Anyone can invent client networks: all of them together get half of the slots, so that they leave room for users.
    """

    key: str
    limit: int | None
    rate: str = "off"
    is_network: bool = False


@dataclass(slots=True)
class _Requests:
    is_network: bool
    running: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class Slot:
    """The slot of one request in flight; `leave` may be called again."""

    def __init__(self, requests: "RequestsInFlight", key: str) -> None:
        self._requests = requests
        self._key: str | None = key

    def leave(self) -> None:
        if self._key is not None:
            self._requests.end(self._key)
            self._key = None


class RequestsInFlight:
    """At most `find_limit()` requests in flight, each caller at most its `limit`; `max_waiting` more of each wait."""

    def __init__(self, find_limit: Callable[[], int | None], max_waiting: int) -> None:
        self._find_limit = find_limit
        self._max_waiting = max_waiting
        self._count = 0
        self._count_of_networks = 0
        self._by_caller: dict[str, _Requests] = {}

    async def take(self, caller: Caller) -> Slot:
        """Take a slot, perhaps after waiting for others of the same caller.

        Raises:
            RateLimitError, TemporarilyUnavailableError: there is none.
        """
        requests = self._by_caller.get(caller.key)
        if requests is not None and caller.limit is not None and requests.running >= caller.limit:
            await self._wait(requests, caller.key)
            return Slot(self, caller.key)
        limit = self._find_limit()
        if limit is not None and (
            self._count >= limit or (caller.is_network and self._count_of_networks >= network_share(limit))
        ):
            raise TemporarilyUnavailableError(retry_after=1)
        requests = self._by_caller.setdefault(caller.key, _Requests(caller.is_network))
        self._add(requests, 1)
        return Slot(self, caller.key)

    async def _wait(self, requests: _Requests, key: str) -> None:
        waiter = asyncio.get_running_loop().create_future()
        try:
            if len(requests.waiting) >= self._max_waiting:
                await asyncio.sleep(settings.REQUEST_REFUSAL_SECONDS)
                raise TimeoutError  # noqa: TRY301 - refused like a wait that took too long
            requests.waiting.append(waiter)
            async with asyncio.timeout(settings.REQUEST_WAIT_SECONDS):
                await waiter
        except BaseException as error:
            if waiter in requests.waiting:
                requests.waiting.remove(waiter)
            elif waiter.done() and not waiter.cancelled():
                self.end(key)  # It was handed over as the time ran out.
            if isinstance(error, TimeoutError):
                raise RateLimitError(retry_after=1) from None
            raise

    def end(self, key: str) -> None:
        """End one request, and let the next of the same caller begin."""
        requests = self._by_caller[key]
        while requests.waiting:
            waiter = requests.waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)  # It takes over this slot.
                return
        self._add(requests, -1)
        if not requests.running:
            del self._by_caller[key]

    def _add(self, requests: _Requests, count: int) -> None:
        requests.running += count
        self._count += count
        if requests.is_network:
            self._count_of_networks += count


def limit_requests(
    application: Application,
    find_caller: Callable[[Scope], Caller],
    find_refusal: Callable[[Scope, Caller], AppError | None],
) -> Application:
    """Wrap an ASGI application: 429 beyond the caller's limits, 503 beyond `REQUESTS_IN_FLIGHT`, with `Retry-After`.

    `find_refusal` counts a request, and returns its error if it would be refused anyway: this needs no thread.
    Requests that wait for others of the same caller do not count in the worker's limit. Event streams are limited as
    connections instead: their slots are given back when they begin. So are the slots of refusals, which may be delayed.
    Health checks are counted separately, and wait for others of the same caller instead of being refused.
    """
    requests = RequestsInFlight(lambda: settings.REQUESTS_IN_FLIGHT, MAX_WAITING)
    checks = RequestsInFlight(lambda: None, MAX_WAITING_CHECKS)
    bodies = ArrivingBodies()

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        caller = find_caller(scope)
        try:
            with bodies.expect(caller.key, is_network=caller.is_network) as body:
                receive_with_body = await body.wait(receive)
                if receive_with_body is None:
                    return
                is_check = scope["path"].startswith(HEALTH_CHECKS)
                if not is_check and (refusal := find_refusal(scope, caller)) is not None:
                    raise refusal
                slot = await (checks.take(Caller(caller.key, MAX_CHECKS)) if is_check else requests.take(caller))
        except AppError as error:
            await refuse_request(send, scope, error)
            return
        until_sent: Callable[[], Awaitable[None]] = scope[UNTIL_SENT]
        try:
            await application(scope, receive_with_body, _leave_early(slot, send))
            await until_sent()
        finally:
            slot.leave()

    return serve


def _leave_early(slot: Slot, send: Send) -> Send:
    """Return a `send` that gives the slot back when a refusal or an event stream begins."""

    async def send_on(message: Message) -> None:
        if message["type"] == "http.response.start" and (is_refusal(message) or _is_event_stream(message)):
            slot.leave()
        await send(message)

    return send_on


def is_refusal(start: Message) -> bool:
    """Return whether the response says that its caller asks too often."""
    return bool(start["status"] == HTTPStatus.TOO_MANY_REQUESTS)


def _is_event_stream(start: Message) -> bool:
    for name, value in start.get("headers", []):  # `any` takes a call for each header.
        if name.lower() == b"content-type":
            return bool(value.startswith(b"text/event-stream"))
    return False
