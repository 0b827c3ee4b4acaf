"""uvicorn's WebSocket protocol, with a short path for text frames, which is what every token is."""

import struct
from typing import TYPE_CHECKING, override

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from server.stalled_readers import StalledReaderWatch

if TYPE_CHECKING:
    from uvicorn._types import ASGISendEvent

FINAL_TEXT = 0x81
INVALID_TEXT = 1007
LONGEST_IN_7_BITS = 125
LONGEST_IN_16_BITS = 0xFFFF


class ChatSocketProtocol(StalledReaderWatch, WebSocketsSansIOProtocol):
    """Writes text frames straight to the transport."""

    @override
    def send_receive_event_to_app(self) -> None:
        # Invalid UTF-8 is the client's fault; uvicorn would log it as an error of ours.
        if self.curr_msg_data_type == "text" and not self.close_sent and not is_utf8(b"".join(self.frames)):
            self.frames = []
            self.conn.send_close(INVALID_TEXT)
            self.handle_parser_exception()
        else:
            super().send_receive_event_to_app()

    @override
    async def send(self, message: "ASGISendEvent") -> None:
        """Send one event.

        Raises:
            ClientDisconnected: the client has gone.
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
    """Return whether `payload` is valid UTF-8."""
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
