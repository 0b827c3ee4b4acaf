"""A client on the internet, whose requests arrive through a proxy that terminates TLS."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from testkit.socket_client import ChatSocket

ADDRESS = "203.0.113.9"


@dataclass
class Visitor:
    """Calls `port` of this machine as a proxy in front of it does."""

    port: int
    headers: dict[str, str]
    access: str = ""
    _sockets: list[ChatSocket] = field(default_factory=list)

    async def get(self, path: str, **changes: str) -> tuple[int, Any, str]:
        """Return the status, the headers and the text of a response; no redirect is followed."""
        url, headers = f"http://127.0.0.1:{self.port}{path}", self.headers | changes
        async with aiohttp.request("GET", url, headers=headers, allow_redirects=False) as response:
            return response.status, response.headers, await response.text()

    async def post(self, path: str, body: Any) -> tuple[int, Any, str]:
        """Return the status, the headers and the text of the response to a JSON body, which may come in chunks."""
        headers = self.headers | {"Authorization": f"Bearer {self.access}", "Content-Type": "application/json"}
        url = f"http://127.0.0.1:{self.port}{path}"
        async with aiohttp.request("POST", url, data=body, headers=headers) as response:
            return response.status, response.headers, await response.text()

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API, which must not fail, and return the JSON of its response."""
        headers = self.headers | ({"Authorization": f"Bearer {self.access}"} if self.access else {})
        url = f"http://127.0.0.1:{self.port}/api{path}"
        async with aiohttp.request(method, url, json=body, headers=headers) as response:
            assert response.ok, (response.status, await response.text())
            return await response.json()

    @asynccontextmanager
    async def event_stream(self, conversation_id: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        """Open a conversation's event stream and yield its frames, as clients without WebSocket do."""
        headers = self.headers | {"Authorization": f"Bearer {self.access}"}
        url = f"http://127.0.0.1:{self.port}/api/conversations/{conversation_id}/events"
        async with aiohttp.request("GET", url, headers=headers) as response:
            assert response.ok, response.status
            yield (json.loads(line[6:]) async for line in response.content if line.startswith(b"data: "))

    async def enter(self, conversation_id: str) -> ChatSocket:
        """Open a socket as the product's page does, and sign in."""
        origin = f"{self.headers['X-Forwarded-Proto']}://{self.headers['Host']}"
        headers = {name: value for name, value in self.headers.items() if name != "Host"}
        opened = await ChatSocket.open(
            f"ws://{self.headers['Host']}/ws/chat/{conversation_id}/",
            host="127.0.0.1",
            port=self.port,
            origin=origin,
            additional_headers=headers,
        )
        self._sockets.append(opened)
        await opened.sign_in(self.access)
        return opened

    async def leave(self) -> None:
        for opened in self._sockets:
            await opened.drop()
