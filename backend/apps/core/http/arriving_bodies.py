"""Request bodies that arrive before their requests are served, bounded by the memory that they take."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from apps.core.errors import RateLimitError, TemporarilyUnavailableError
from apps.core.http.asgi import Message, Receive


class ArrivingBodies:
    """The bodies that have arrived, in whole or in part, for requests that are not being served yet."""

    def __init__(self) -> None:
        self._bytes = 0
        self._bytes_of_networks = 0
        self._bytes_by_caller: Counter[str] = Counter()

    @contextmanager
    def expect(self, caller: str, *, is_network: bool) -> Iterator["ArrivingBody"]:
        """Count a body of this caller until the end of the block, when its request is in flight.

        `is_network`: the caller is known only by its network, not by an account.
        """
        body = ArrivingBody(self, caller, is_network=is_network)
        try:
            yield body
        finally:
            self._add_bytes(body, -len(body.content))

    def add(self, body: "ArrivingBody", piece: bytes) -> None:
        """Keep another piece of a body; raises RateLimitError or TemporarilyUnavailableError if it is too much."""
        size = len(piece)
        if self._bytes_by_caller[body.caller] + size > settings.ARRIVING_BYTES_PER_CALLER:
            raise RateLimitError(retry_after=1)
        max_bytes = settings.ARRIVING_BYTES
        is_too_much = self._bytes + size > max_bytes
        if body.is_network:
            is_too_much |= self._bytes_of_networks + size > network_share(max_bytes)
        if is_too_much:
            raise TemporarilyUnavailableError(retry_after=1)
        body.content += piece
        self._add_bytes(body, size)

    def _add_bytes(self, body: "ArrivingBody", count: int) -> None:
        self._bytes += count
        if body.is_network:
            self._bytes_of_networks += count
        self._bytes_by_caller[body.caller] += count
        if not self._bytes_by_caller[body.caller]:
            del self._bytes_by_caller[body.caller]


class ArrivingBody:
    """The body of one request."""

    def __init__(self, bodies: ArrivingBodies, caller: str, *, is_network: bool) -> None:
        self.caller = caller
        self.is_network = is_network
        self.content = bytearray()
        self._bodies = bodies

    async def wait(self, receive: Receive) -> Receive | None:
        """Wait for the whole body; return a `receive` that begins with it, or None if the client has disconnected.

        Raises:
            RateLimitError, TemporarilyUnavailableError: the bodies of this caller, or of all, are too large.
        """
        is_whole = False
        while not is_whole:
            message = await receive()
            if message["type"] != "http.request":
                return None
            self._bodies.add(self, message.get("body", b""))
            is_whole = not message.get("more_body", False)
        return begin_with({"type": "http.request", "body": bytes(self.content), "more_body": False}, receive)


def network_share(limit: int) -> int:
    """Return the share of a global limit that is left to client networks: half, at least one."""
    return (limit + 1) // 2


def begin_with(first: Message, receive: Receive) -> Receive:
    """Return a `receive` that returns `first`, and then what `receive` does."""
    messages = [first]

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again
