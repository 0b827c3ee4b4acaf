"""Users: HTTP requests through the proxy, retried until they succeed."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import aiohttp

from faults.proxy import Proxy

PATIENCE_S = 60.0
ONE_TRY_S = 10.0
SERVER_FAULT = 500
RENEW_S = 600.0
PICTURE = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
"""A picture of one pixel."""


@dataclass
class SignedInUser:
    """A signed-in user."""

    proxy: Proxy
    name: str
    access: str = ""
    _password: str = ""
    _signed_in_at: float = 0.0

    async def sign_up(self) -> None:
        """Create the account and sign in."""
        self._password = secrets.token_urlsafe(24)
        account = {"username": self.name, "email": f"{self.name}@example.org", "password": self._password}
        await self.call("POST", "/auth/register", account)
        await self.sign_in()

    async def sign_in(self) -> None:
        """Get a new token, unless the current one is valid for a while."""
        now = asyncio.get_running_loop().time()
        if not self.access or now - self._signed_in_at > RENEW_S:
            pair = await self.call("POST", "/auth/token/pair", {"username": self.name, "password": self._password})
            self.access, self._signed_in_at = pair["access"], now

    async def new_conversation(self) -> str:
        """Create a conversation and return its id."""
        return cast("str", (await self.call("POST", "/conversations/", {}))["id"])

    async def attach(self, attachment_id: str) -> None:
        """Upload a small picture under this id; a repeat uploads nothing."""

        def form() -> aiohttp.FormData:
            fields = aiohttp.FormData({"id": attachment_id})
            fields.add_field("file", PICTURE, filename="picture.gif")
            return fields

        await self._call_until_answered("POST", "/attachments/", lambda: {"data": form()})

    async def messages(self, conversation_id: str) -> list[dict[str, Any]]:
        """Return the messages of a conversation as GET shows them."""
        page = await self.call("GET", f"/conversations/{conversation_id}/messages?page_size=100")
        return cast("list[dict[str, Any]]", page["messages"])

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:  # noqa: ANN401  (any JSON)
        """Call the API; retried while the server is unreachable or answers with a 5xx, for at most `PATIENCE_S`."""
        return await self._call_until_answered(method, path, lambda: {"json": body})

    async def _call_until_answered(self, method: str, path: str, make_body: Callable[[], dict[str, Any]]) -> Any:  # noqa: ANN401  (any JSON)
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    return await self._try(method, path, make_body())
                except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError, ConnectionError):
                    await asyncio.sleep(0.3)

    async def _try(self, method: str, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401  (any JSON)
        headers = {"Authorization": f"Bearer {self.access}"} if self.access else {}
        async with (
            asyncio.timeout(ONE_TRY_S),
            # No connection is reused, so that each call may reach another worker.
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as http,
            http.request(method, f"http://127.0.0.1:{self.proxy.port}/api{path}", headers=headers, **body) as answer,
        ):
            if answer.status >= SERVER_FAULT:
                raise ConnectionError(answer.status)
            if not answer.ok:
                raise RuntimeError(f"{method} {path}: {answer.status} {await answer.text()}")
            return await answer.json()
