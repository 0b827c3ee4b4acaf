"""uvicorn's WebSocket protocol, with limits for what arrives, and a short path for text frames.

The path is short because every delta is sent as a text frame.
"""

import asyncio
import struct
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast, override

import structlog
from django.conf import settings
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState
from websockets.frames import Frame
from websockets.http11 import Request

from apps.chat.edges.sockets.socket_consumer import TAKE_LARGE_FRAMES
from server.bounded_connection import BoundedConnection, Pause
from server.frame_budget import FrameBudget
from server.small_waits import EventQueue, Gate

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveEvent, ASGISendEvent

logger = structlog.get_logger(__name__)

MAX_LINE_LENGTH = 8 * 1024 - 2
"""The longest line of a request head that the parser of the handshake accepts, in bytes."""

PIECE_FRAMES = 32
UNREAD_PIECES = 16
"""Pieces of input from a client that reads nothing: it may answer a ping, or stop the answer that it cannot take."""

MAX_FRAME_BEFORE_SIGN_IN = 256 * 1024
"""Maximum bytes of a frame from a client that has not signed in: any client can send such frames."""

FINAL_PONG = 0x8A
POLICY_VIOLATION = 1008
FINAL_TEXT = 0x81
INVALID_TEXT = 1007
MAX_LENGTH_IN_7_BITS = 125
MAX_LENGTH_IN_16_BITS = 0xFFFF


class ChatSocketProtocol(BoundedConnection, WebSocketsSansIOProtocol):
    """Counts every frame before it is parsed; writes text frames straight to the transport.

    A client that exceeds `SOCKET_FRAME_RATE` or `SOCKET_BYTE_RATE` is sent close code 1008, and its connection aborted.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - passed on to uvicorn
        super().__init__(*arguments, **options)
        self.queue = cast("asyncio.Queue[ASGIReceiveEvent]", EventQueue())
        self.writable = cast("asyncio.Event", Gate())
        self.conn.max_message_size = min(settings.SOCKET_MAX_FRAME, MAX_FRAME_BEFORE_SIGN_IN)
        self._budget = FrameBudget(settings.SOCKET_FRAME_RATE, settings.SOCKET_BYTE_RATE)
        self._owed_pong = b""
        self._unread_pieces = 0

    # Receiving ------------------------------------------------------------------------------------------------------

    @override
    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.response.status_code == HTTPStatus.SWITCHING_PROTOCOLS:
            cast("dict[str, object]", self.scope)[TAKE_LARGE_FRAMES] = self._take_large_frames

    def _take_large_frames(self) -> None:
        self.conn.max_message_size = settings.SOCKET_MAX_FRAME

    @override
    def process_next(self, data: bytes) -> int:
        if not self.handshake_initiated:
            WebSocketsSansIOProtocol.data_received(self, data)
            return len(data)
        size, is_within_budget = self._budget.measure(data, max_frames=PIECE_FRAMES, now=self.loop.time())
        if not is_within_budget:
            self._end_flood()
            return len(data)
        if self.is_writing_paused:
            self._unread_pieces += 1
            if self._unread_pieces > UNREAD_PIECES:
                self.pause(Pause.UNREAD)
        WebSocketsSansIOProtocol.data_received(self, data if size == len(data) else data[:size])
        return size

    @override
    def handle_text(self, event: Frame) -> None:
        super().handle_text(event)
        event.data = b""  # The parser keeps the latest frame, however long the client is idle.

    @override
    def handle_cont(self, event: Frame) -> None:
        super().handle_cont(event)
        event.data = b""

    @override
    def send_receive_event_to_app(self) -> None:
        # Invalid UTF-8 comes from the client; uvicorn would log it as an error of the server.
        if self.curr_msg_data_type == "text" and not self.close_sent and not is_utf8(b"".join(self.frames)):
            self.frames = []
            self.conn.send_close(INVALID_TEXT)
            self.handle_parser_exception()
            return
        self.read_paused = True  # Keeps uvicorn from pausing by itself.
        super().send_receive_event_to_app()
        self.read_paused = False
        if not self.close_sent:
            self.pause(Pause.APPLICATION)

    @override
    async def receive(self) -> "ASGIReceiveEvent":
        message = await self.queue.get()
        if self.queue.empty():
            self.resume(Pause.APPLICATION)
        return message

    @override
    def handle_ping(self) -> None:
        # Only the latest ping is answered, and only once the client reads (RFC 6455, section 5.5.3).
        for frame in self.conn.data_to_send():
            if frame[:1] == bytes((FINAL_PONG,)):
                self._owed_pong = frame
            else:
                self.transport.write(frame)
        if not self.is_writing_paused:
            self._pay_pong()

    def _pay_pong(self) -> None:
        if self._owed_pong and not self.close_sent and not self.transport.is_closing():
            self.transport.write(self._owed_pong)
        self._owed_pong = b""

    def _end_flood(self) -> None:
        logger.warning("socket_flooded", client=self.client and self.client[0])
        self.stop_keepalive()
        if not self.handshake_complete:  # Nothing can be said before the application has accepted it.
            self.transport.abort()
            return
        if not self.close_sent:
            self.queue.put_nowait({"type": "websocket.disconnect", "code": POLICY_VIOLATION})
            with suppress(InvalidState):
                self.conn.send_close(POLICY_VIOLATION)
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
        self.linger()
        self.close_timer = self._abort_timer  # Without a timer, uvicorn closes immediately.

    # Sending --------------------------------------------------------------------------------------------------------

    @override
    def pause_writing(self) -> None:
        self._unread_pieces = 0
        super().pause_writing()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._pay_pong()

    @override
    async def send(self, message: "ASGISendEvent") -> None:
        """Send one event.

        Raises:
            ClientDisconnected: the client has disconnected.
        """
        text = message.get("text") if message["type"] == "websocket.send" else None
        if text is None or not self.handshake_complete or self.conn.extensions:
            await super().send(message)
            if message["type"] == "websocket.accept":
                self._forget_handshake()
            if self.close_sent:
                self.resume(Pause.APPLICATION)  # So that the close frame of the client is read.
            return
        if not self.writable.is_set():
            await self.writable.wait()
        if self.disconnected or self.close_sent or self.transport.is_closing():
            raise ClientDisconnected
        self.transport.write(frame_text(text.encode()))

    def _forget_handshake(self) -> None:
        """Free the heads of the request, of which a browser sends 1 KiB, and of the response."""
        cast("list[object]", self.scope["headers"]).clear()  # Copies of the scope share this list,
        self.request.headers.clear()  # and the parser keeps the request.
        del self.request, self.response


def is_utf8(payload: bytes) -> bool:
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True


def frame_text(payload: bytes) -> bytes:
    """Return an unmasked, unfragmented text frame (RFC 6455, section 5.2)."""
    length = len(payload)
    if length <= MAX_LENGTH_IN_7_BITS:
        return bytes((FINAL_TEXT, length)) + payload
    if length <= MAX_LENGTH_IN_16_BITS:
        return struct.pack("!BBH", FINAL_TEXT, 126, length) + payload
    return struct.pack("!BBQ", FINAL_TEXT, 127, length) + payload
