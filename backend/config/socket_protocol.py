"""A WebSocket as uvicorn serves it, made quicker where every token passes, and rid of readers that take nothing."""

import asyncio
import struct
from typing import TYPE_CHECKING, override

from django.conf import settings
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

FINAL_TEXT = 0x81
INVALID_TEXT = 1007
LONGEST_IN_7_BITS = 125
LONGEST_IN_16_BITS = 0xFFFF


class ChatSocketProtocol(WebSocketsSansIOProtocol):
    """Gives a reader up that takes nothing for `SOCKET_SEND_TIMEOUT` seconds."""

    _stalled: asyncio.TimerHandle | None = None
    _unread = 0

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch()

    @override
    def resume_writing(self) -> None:
        self._unwatch()
        super().resume_writing()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)

    def _watch(self) -> None:
        self._unread = self.transport.get_write_buffer_size()
        self._stalled = self.loop.call_later(settings.SOCKET_SEND_TIMEOUT, self._check)

    def _check(self) -> None:
        if self.transport.get_write_buffer_size() < self._unread:
            self._watch()  # Slow, but it reads.
        else:
            self.transport.abort()

    def _unwatch(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    @override
    def send_receive_event_to_app(self) -> None:
        # A client's fault, which uvicorn would log as an error of ours.
        if self.curr_msg_data_type == "text" and not self.close_sent and not is_utf8(b"".join(self.frames)):
            self.frames = []
            self.conn.send_close(INVALID_TEXT)
            self.handle_parser_exception()
        else:
            super().send_receive_event_to_app()

    @override
    async def send(self, message: "ASGISendEvent") -> None:
        """Send one event; a text frame, which is what every token is, goes straight to the transport.

        Raises:
            ClientDisconnected: nobody is there any more.
        """
        text = message.get("text") if message["type"] == "websocket.send" else None
        if text is None or not self.handshake_complete or self.conn.extensions:
            await super().send(message)
            return
        if not self.writable.is_set():
            await self.writable.wait()
        if self.disconnected or self.close_sent or self.transport.is_closing():
            raise ClientDisconnected
        self.transport.write(frame_text(text.encode()))


def is_utf8(payload: bytes) -> bool:
    """Say whether `payload` is text."""
    try:
        payload.decode()
    except UnicodeDecodeError:
        return False
    return True


def frame_text(payload: bytes) -> bytes:
    """Return an unmasked, unfragmented text frame (RFC 6455, section 5.2)."""
    length = len(payload)
    if length <= LONGEST_IN_7_BITS:
        return bytes((FINAL_TEXT, length)) + payload
    if length <= LONGEST_IN_16_BITS:
        return struct.pack("!BBH", FINAL_TEXT, 126, length) + payload
    return struct.pack("!BBQ", FINAL_TEXT, 127, length) + payload
