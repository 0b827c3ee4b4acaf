"""uvicorn's HTTP protocol, with limits for heads, bodies and pipelines."""

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, cast, override

from django.conf import settings
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from apps.core.http.base_path import without_base_path
from apps.core.http.body_limit import find_body_limit
from apps.core.http.client_address import ClientNetwork, client_address, client_network
from apps.core.http.failure_responses import make_failure_body
from apps.core.http.in_flight import CUT_CONNECTION, UNTIL_SENT
from apps.core.limits.base import Limit
from apps.core.limits.token_buckets import TokenBuckets
from server.bounded_connection import BoundedConnection, Pause
from server.socket_protocol import MAX_LINE_LENGTH

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

PIECE_BYTES = 8 * 1024
BODY_PIECE_BYTES = 256 * 1024
"""As many as uvloop reads at once, within a body of a declared length: they delay others by less than 1 ms."""

MAX_HEAD_BYTES = 32 * 1024
MAX_HEADERS = 100
MAX_PIPELINED = 8
MAX_BODY_BYTES = 4 * 1024 * 1024
"""Bytes of a body as it arrives, with the framing of chunks, even if the application ignores it."""

MAX_BODY_PIECES = 2048
"""Chunks, and parts of chunks, of a body: chunks of single bytes would cost a callback each."""

BYTES_PER_PIECE = MAX_BODY_BYTES // MAX_BODY_PIECES

REFUSALS = {
    HTTPStatus.BAD_REQUEST: ("BAD_REQUEST", "The request cannot be understood."),
    HTTPStatus.REQUEST_TIMEOUT: ("REQUEST_TIMEOUT", "The request took too long to arrive."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("TOO_LARGE", "The request is too large."),
    HTTPStatus.TOO_MANY_REQUESTS: ("RATE_LIMIT_EXCEEDED", "Too many requests: wait a moment and try again."),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: ("HEADERS_TOO_LARGE", "The head of the request is too large."),
}

_handshakes = TokenBuckets[ClientNetwork]()


class RefusedRequestError(Exception):
    """Raised in callbacks of the parser, so that it stops."""


class ChatHttpProtocol(BoundedConnection, HttpToolsProtocol):
    """Reads a head within `REQUEST_HEAD_TIMEOUT` seconds and a body within `REQUEST_BODY_TIMEOUT`."""

    _is_head_whole = False
    """Whether the head of the request that is arriving has been read; its body follows."""

    _deadline: asyncio.TimerHandle | None = None
    _arrived = 0
    """Bytes of the current head, then of its body."""

    _declared = 0
    """Bytes that the body will have; 0 if it comes in chunks."""

    _head_bytes = 0
    _fields = 0
    """Headers of the current request, and the trailers after its body."""

    _hosts = 0
    _body_pieces = 0
    _max_body = MAX_BODY_BYTES
    """`MAX_BODY_BYTES`, or more at a path that allows larger bodies."""

    _refusal = HTTPStatus.BAD_REQUEST
    _answered: RequestResponseCycle | None = None
    """The request that is being answered, or was answered last; further ones wait in `pipeline`."""

    # Receiving ------------------------------------------------------------------------------------------------------

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.flow = FlowControl(cast("asyncio.Transport", _ReadingSwitch(self)))
        self._response_transport = _ResponseTransport(self)
        self._set_deadline(settings.REQUEST_HEAD_TIMEOUT)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._end_deadline()
        self._end_response()
        super().connection_lost(exc)

    @override
    def process_next(self, data: bytes) -> int:
        piece = data[: self._piece_bytes()]
        self._arrived += len(piece)
        if self._deadline is None:
            self._set_deadline(settings.REQUEST_HEAD_TIMEOUT)
        HttpToolsProtocol.data_received(self, piece)
        if self.transport.get_protocol() is not self:
            return len(data)  # It is a WebSocket now; its client sends nothing before the handshake is answered.
        if self._is_head_whole and self._arrived > self._max_body:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif not self._is_head_whole and self._arrived > MAX_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return len(piece)

    def _piece_bytes(self) -> int:
        left = self._declared - self._arrived if self._is_head_whole else 0
        return max(PIECE_BYTES, min(left, BODY_PIECE_BYTES))

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_head_whole = False
        self._head_bytes = self._fields = self._hosts = 0

    @override
    def on_url(self, url: bytes) -> None:
        self._head_bytes += len(url)
        super().on_url(url)

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        self._head_bytes += len(name) + len(value)
        self._fields += 1
        if self._head_bytes > MAX_HEAD_BYTES or self._fields > MAX_HEADERS:
            self._stop_parsing(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if self._is_head_whole:
            return  # A trailer is not a header: proxies do not check it.
        name = name.lower()
        self.headers.append((name, value))
        if name == b"host":
            self._hosts += 1
        elif name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True

    @override
    def on_headers_complete(self) -> None:
        if len(self.pipeline) >= MAX_PIPELINED:
            self._stop_parsing(HTTPStatus.TOO_MANY_REQUESTS)
        if not self._has_one_host():
            self._stop_parsing(HTTPStatus.BAD_REQUEST)
        self._is_head_whole = True
        self._arrived = self._body_pieces = 0
        # The parser has refused a head with both of these fields, and one with a length that is not a number.
        self._declared = int(dict(self.headers).get(b"content-length", 0))
        super().on_headers_complete()
        self._max_body = max(MAX_BODY_BYTES, 2 * find_body_limit(without_base_path(self.scope.get("path", ""))))
        is_large = self._max_body > MAX_BODY_BYTES
        self._set_deadline(settings.LARGE_BODY_TIMEOUT if is_large else settings.REQUEST_BODY_TIMEOUT)

    @override
    def on_body(self, body: bytes) -> None:
        self._body_pieces += 1
        if self._body_pieces > self._max_body // BYTES_PER_PIECE:
            self._stop_parsing(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        super().on_body(body)

    @override
    def on_message_complete(self) -> None:
        self._is_head_whole = False
        self._arrived = 0
        self._end_deadline()
        super().on_message_complete()

    @override
    def handle_websocket_upgrade(self) -> None:
        cycle = self.last_cycle()
        if cycle is not None and not cycle.response_complete:
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        if self._has_body():
            # The handshake would be neither refused nor answered, and its connection not limited.
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        if (
            any(len(name) + len(value) > MAX_LINE_LENGTH for name, value in self.headers)
            or len(self.url) > MAX_LINE_LENGTH
        ):
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return
        network = client_network(client_address(self.scope))
        if _handshakes.try_to_spend(network, 1, Limit.parse(settings.SOCKET_HANDSHAKE_RATE)):
            self._refuse(HTTPStatus.TOO_MANY_REQUESTS)
            return
        self._end_deadline()
        self.release_slot()
        super().handle_websocket_upgrade()

    def _has_one_host(self) -> bool:
        """Return whether `Host` is there once, or not at all where HTTP/1.0 allows it (RFC 9112, section 3.2)."""
        return self._hosts == 1 or (self._hosts == 0 and self.parser.get_http_version() == "1.0")

    def _has_body(self) -> bool:
        lengths = [value for name, value in self.headers if name == b"content-length"]
        return any(value != b"0" for value in lengths) or any(name == b"transfer-encoding" for name, _ in self.headers)

    # Refusing -------------------------------------------------------------------------------------------------------

    @override
    def send_400_response(self, msg: str) -> None:
        self._refuse(self._refusal)

    def _stop_parsing(self, status: HTTPStatus) -> None:
        self._refusal = status
        raise RefusedRequestError

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer with `status`, unless this request has been answered or another one is being answered; then close."""
        if self.is_closing:
            return
        if self._may_answer():
            code, sentence = REFUSALS[status]
            path = self.url.decode("latin-1") if self.last_cycle() is not None or self._is_head_whole else ""
            body = json.dumps(make_failure_body(without_base_path(path), code, sentence, status)).encode()
            head = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close\r\n" % len(body)
            retry = b"retry-after: 1\r\n" if status == HTTPStatus.TOO_MANY_REQUESTS else b""
            self.transport.write(STATUS_LINE[status] + head + retry + b"\r\n" + body)
        self._end_response()
        self.linger()

    def _may_answer(self) -> bool:
        """Return whether the next response belongs to the request that is arriving, and has not been started."""
        answered = self._answered
        if answered is None:
            return True
        if answered.response_complete:
            return not self._is_head_whole
        return answered.more_body and not answered.response_started

    def _end_response(self) -> None:
        """Tell the application that its client has disconnected."""
        if self._answered is not None and not self._answered.response_complete:
            self._answered.disconnected = True
            self._answered.message_event.set()

    def last_cycle(self) -> RequestResponseCycle | None:
        """Return the last request whose head has arrived, with its response."""
        return self.cycle

    def _set_deadline(self, seconds: float) -> None:
        self._end_deadline()
        self._deadline = self.loop.call_later(seconds, self._refuse, HTTPStatus.REQUEST_TIMEOUT)

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    # Responding -----------------------------------------------------------------------------------------------------

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self.pause(Pause.UNREAD)

    @override
    def _start_asgi_task(self, cycle: RequestResponseCycle, app: "ASGI3Application") -> None:
        scope = cast("dict[str, object]", cycle.scope)
        scope[UNTIL_SENT] = self.flow.drain
        scope[CUT_CONNECTION] = self.transport.abort
        cycle.transport = cast("asyncio.Transport", self._response_transport)
        self._answered = cycle
        super()._start_asgi_task(cycle, app)


class _ReadingSwitch:
    """The transport for uvicorn's flow control, whose pauses are one of several reasons to stop reading."""

    def __init__(self, connection: BoundedConnection) -> None:
        self._connection = connection

    def pause_reading(self) -> None:
        self._connection.pause(Pause.APPLICATION)

    def resume_reading(self) -> None:
        self._connection.resume(Pause.APPLICATION)


class _ResponseTransport:
    """The transport for responses: one may be complete before its request has arrived."""

    def __init__(self, connection: ChatHttpProtocol) -> None:
        self._connection = connection
        self.write = connection.transport.write

    def is_closing(self) -> bool:
        return self._connection.is_closing

    def close(self) -> None:
        cycle = self._connection.last_cycle()
        if cycle is not None and cycle.response_complete and cycle.more_body:
            self._connection.linger()
        else:
            self._connection.transport.close()
