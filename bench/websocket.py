"""A minimal WebSocket client (RFC 6455), which costs as little CPU as possible."""

import asyncio
import base64
import os
from time import monotonic_ns
from typing import cast

TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA

_FINAL, _COMPRESSED, _MASKED = 0x80, 0x40, 0x80
_SHORT, _LONG = 126, 127


class BrokenProtocolError(Exception):
    """The server sent a frame that this client does not support; if it is valid, extend this client."""


class FrameReader:
    """Splits the bytes of a server into frames, however they were divided on the way."""

    def __init__(self) -> None:
        self._held = b""

    def read(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return the frames that are now complete: operation and payload.

        Raises `BrokenProtocolError` for frames that neither server sends: masked, compressed, or parts of a message.
        """
        if self._held:
            data = self._held + data
        frames: list[tuple[int, bytes]] = []
        at, end = 0, len(data)
        while at + 2 <= end:
            first, length, start = data[at], data[at + 1], at + 2
            if length >= _SHORT:
                if length > _LONG:
                    raise BrokenProtocolError("masked frame")
                start += 2 if length == _SHORT else 8
                if start > end:
                    break
                length = int.from_bytes(data[at + 2 : start])
            at_next = start + length
            if at_next > end:
                break
            if not first & _FINAL:
                raise BrokenProtocolError("message in several frames")
            if first & _COMPRESSED:
                raise BrokenProtocolError("compressed message")
            frames.append((first & 0x0F, data[start:at_next]))
            at = at_next
        self._held = data[at:]
        return frames


def client_frame(operation: int, payload: bytes) -> bytes:
    """Return one masked frame, as clients send it."""
    mask = os.urandom(4)
    length = len(payload)
    if length < _SHORT:
        head = bytes((_FINAL | operation, _MASKED | length))
    elif length < 1 << 16:
        head = bytes((_FINAL | operation, _MASKED | _SHORT)) + length.to_bytes(2)
    else:
        head = bytes((_FINAL | operation, _MASKED | _LONG)) + length.to_bytes(8)
    masked = bytes(byte ^ mask[at & 3] for at, byte in enumerate(payload))
    return head + mask + masked


class ClientSocket(asyncio.Protocol):
    """One connection; subclasses define what happens when it opens, receives text and is lost."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._reader: FrameReader | None = None
        self._handshake = b""
        self._transport: asyncio.Transport | None = None
        self.close_code: int | None = None

    def opened(self) -> None:
        """Called after the handshake."""
        raise NotImplementedError

    def text_received(self, text: bytes, now_ns: int) -> None:
        """Called with each message; it was read from the network at `now_ns`."""
        raise NotImplementedError

    def lost(self, why: str) -> None:
        """Called when the connection is lost or could not be opened."""
        raise NotImplementedError

    def send_text(self, text: bytes) -> None:
        """Send a message, unless the connection is closed."""
        if self._transport is not None:
            self._transport.write(client_frame(TEXT, text))

    def leave(self) -> None:
        """Close with 1000."""
        if self._transport is not None:
            self._transport.write(client_frame(CLOSE, (1000).to_bytes(2)))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        host, port = self._transport.get_extra_info("peername")[:2]
        key = base64.b64encode(os.urandom(16)).decode()
        self._transport.write(
            f"GET {self._path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n".encode()  # As browsers do.
        )

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self.lost(f"closed {self.close_code}" if self.close_code else f"connection lost {exc or ''}".strip())

    def data_received(self, data: bytes) -> None:
        """Take the time first: what follows is work of the client, not of the server."""
        now_ns = monotonic_ns()
        if self._reader is None:
            data = self._finish_handshake(data)
            if self._reader is None:
                return
        for operation, payload in self._reader.read(data):
            if operation == TEXT:
                self.text_received(payload, now_ns)
            else:
                self._obey(operation, payload)

    def _finish_handshake(self, data: bytes) -> bytes:
        self._handshake += data
        head, blank, rest = self._handshake.partition(b"\r\n\r\n")
        if not blank or self._transport is None:
            return b""
        status = head.split(b"\r\n", 1)[0]
        if b" 101 " not in status:
            self._transport.abort()
            raise BrokenProtocolError(status.decode("latin-1"))
        self._reader = FrameReader()
        self.opened()
        return rest

    def _obey(self, operation: int, payload: bytes) -> None:
        if self._transport is None:
            return
        if operation == PING:
            self._transport.write(client_frame(PONG, payload))
        elif operation == CLOSE:
            self.close_code = int.from_bytes(payload[:2]) or None
            self._transport.close()
