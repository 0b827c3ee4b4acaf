"""A connection of server-sent events, in place of a WebSocket (docs/protocol.md, section 9)."""

import asyncio
from contextlib import suppress

from apps.chat.live.followers import SocketClosedError


class StreamLine:
    """Nothing is queued: who sends waits until the event before has been taken."""

    def __init__(self) -> None:
        self._event: bytes | None = None
        self._has_event = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._turns = asyncio.Lock()
        self._is_closed = False

    async def send_text(self, frame: str) -> None:
        """Send one frame; waits while nobody reads.

        Raises:
            SocketClosedError: nobody is there any more.
        """
        await self._send(f"data: {frame}\n\n")

    async def send_ping(self) -> None:
        """Send a comment: nothing to the client, a sign of life to whatever is in between."""
        with suppress(SocketClosedError):
            await self._send(": ping\n\n")

    async def close(self, code: int) -> None:
        """Say with which code a socket would be closed; nothing is sent after it."""
        with suppress(SocketClosedError):
            await self._send(f'event: close\ndata: {{"code":{code}}}\n\n', is_last=True)

    async def take(self) -> bytes | None:
        """Return the next event, None when there is none any more."""
        await self._has_event.wait()
        event, self._event = self._event, None
        if not self._is_closed:
            self._has_event.clear()
        self._has_room.set()
        return event

    def hang_up(self) -> None:
        """End from the reading side."""
        self._is_closed = True
        self._event = None
        self._has_event.set()
        self._has_room.set()

    async def _send(self, event: str, *, is_last: bool = False) -> None:
        async with self._turns:
            await self._has_room.wait()
            if self._is_closed:
                raise SocketClosedError
            self._event = event.encode()
            self._is_closed = is_last
            self._has_room.clear()
            self._has_event.set()
