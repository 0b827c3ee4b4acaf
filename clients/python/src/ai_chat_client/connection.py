"""A connection that is a WebSocket."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from ai_chat_client.session import Session
from ai_chat_client.wire import ClientFrame

SUBPROTOCOL = "ai-chat.2026-12"
OPEN_SECONDS = 15.0
"""How long a handshake may take."""

MIN_WAIT_SECONDS = 0.001
"""aiohttp takes a timeout of 0 as no timeout."""

SILENCE_SECONDS = 75.0
"""The server sends something every 30 seconds (P-2.6); after two of these, the connection counts as dead."""


class ConnectionLostError(Exception):
    """The connection has ended; `code` is the close code, None without one, `retry_after` in seconds."""

    def __init__(self, code: int | None, retry_after: int | None = None) -> None:
        super().__init__(f"the connection ended with {code}")
        self.code = code
        self.retry_after = retry_after


class SilenceError(ConnectionLostError):
    """No frame arrived in time."""


class Connection:
    """A WebSocket of a conversation: sends commands and receives frames. Raises ConnectionLostError."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    @classmethod
    @asynccontextmanager
    async def open(cls, session: Session, conversation_id: str) -> AsyncIterator["Connection"]:
        """Open a connection for the duration of the block; raises ConnectionLostError."""
        url = f"{session.url}/ws/chat/{conversation_id}/"
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                socket = await session.http.ws_connect(url, protocols=[SUBPROTOCOL], max_msg_size=0)
        except (aiohttp.ClientError, OSError):
            session.failed_handshakes += 1
            raise ConnectionLostError(None) from None
        session.failed_handshakes = 0
        try:
            yield cls(socket)
        finally:
            await socket.close()

    async def send(self, command: ClientFrame) -> None:
        """Send a command."""
        try:
            await self._socket.send_str(json.dumps(command))
        except (aiohttp.ClientError, OSError):
            raise ConnectionLostError(self._socket.close_code) from None

    async def receive(self, seconds: float) -> dict[str, Any]:
        """Return the next frame, if it arrives in time; data that is not a JSON object with a type is skipped."""
        while True:
            try:
                message = await self._socket.receive(timeout=max(seconds, MIN_WAIT_SECONDS))
            except TimeoutError:
                raise SilenceError(None) from None
            except (aiohttp.ClientError, OSError):
                raise ConnectionLostError(None) from None
            if message.type is not aiohttp.WSMsgType.TEXT:
                raise ConnectionLostError(self._socket.close_code)
            if (frame := read_frame(message.data)) is not None:
                return frame


def read_frame(text: str) -> dict[str, Any] | None:
    """Return a frame, or None if the text is not a JSON object with a type."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) and isinstance(frame.get("type"), str) else None
