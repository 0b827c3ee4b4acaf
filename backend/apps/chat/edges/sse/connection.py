"""A connection of server-sent events (docs/protocol.md, section 9)."""

import asyncio
from contextlib import suppress

from apps.chat.live.connection import CloseCode, ConnectionClosedError


class EventStreamConnection:
    """A `Connection` that queues nothing: a sender waits until the client has taken the previous event."""

    def __init__(self) -> None:
        self._event: bytes | None = None
        self._has_event = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._send_lock = asyncio.Lock()
        self._is_closed = False

    async def send_text(self, frame: str) -> None:
        await self._send(f"data: {frame}\n\n")

    async def send_ping(self) -> None:
        """Send a comment, which clients ignore: it keeps proxies from closing a silent response."""
        with suppress(ConnectionClosedError):
            await self._send(": ping\n\n")

    async def close(self, code: CloseCode) -> None:
        """Send the code that would close a WebSocket; nothing is sent after it."""
        with suppress(ConnectionClosedError):
            await self._send(f'event: close\ndata: {{"code":{code}}}\n\n', is_last=True)

    async def next_event(self) -> bytes | None:
        """Return the next event, or None after the last."""
        await self._has_event.wait()
        event, self._event = self._event, None
        if not self._is_closed:
            self._has_event.clear()
        self._has_room.set()
        return event

    def disconnect(self) -> None:
        """Close without sending anything: the response has ended."""
        self._is_closed = True
        self._event = None
        self._has_event.set()
        self._has_room.set()

    async def _send(self, event: str, *, is_last: bool = False) -> None:
        async with self._send_lock:
            await self._has_room.wait()
            if self._is_closed:
                raise ConnectionClosedError
            self._event = event.encode()
            self._is_closed = is_last
            self._has_room.clear()
            self._has_event.set()
