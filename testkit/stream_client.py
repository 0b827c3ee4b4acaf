"""A client of the event stream: a `ChatSocket` whose frames arrive in the body of an HTTP response."""

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from testkit.socket_client import PATIENCE_SECONDS, ChatSocket


class StreamConnection:
    """An event stream with the interface that `ChatSocket` uses of a WebSocket."""

    def __init__(self, session: aiohttp.ClientSession, response: aiohttp.ClientResponse) -> None:
        self.session = session
        self.response = response
        self.close_code: int | None = None
        self.comments = 0
        self._frames = self._read()

    async def recv(self) -> str:
        """Return the text of the next frame; raises StopAsyncIteration at the end."""
        return await anext(self._frames)

    async def _read(self) -> AsyncIterator[str]:
        kind = ""
        async for line in self.response.content:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name == "event":
                kind = value
            elif name == "data" and kind == "close":
                self.close_code = json.loads(value)["code"]
            elif name == "data":
                yield value
            elif value:
                self.comments += 1


async def open_stream(url: str, access: str, position: dict[str, Any] | None = None) -> ChatSocket:
    """Open the event stream below `url`, the URL of a conversation or of the API."""
    session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(None, sock_read=PATIENCE_SECONDS))
    headers = {"Authorization": f"Bearer {access}"}
    response = await session.get(f"{url}/events", params=position or {}, headers=headers)
    assert response.status == 200, await response.text()
    return ChatSocket(StreamConnection(session, response))  # type: ignore[arg-type] # as far as it reads


async def end_of(stream: ChatSocket) -> int | None:
    """Read to the end, and return the close code of the stream."""
    with contextlib.suppress(StopAsyncIteration):
        while True:
            await stream.receive()
    return stream.connection.close_code


async def hang_up(stream: ChatSocket) -> None:
    """Close the connection without reading the rest."""
    connection: Any = stream.connection
    connection.response.close()
    await connection.session.close()
