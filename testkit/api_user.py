"""Users of a running server, in this process or in another one: their calls of the API, and their chat sockets."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import aiohttp

from testkit.socket_client import ChatSocket

PASSWORD = "correct horse battery staple"


class Server(Protocol):
    """A server that users can reach: its URLs for HTTP and for WebSockets."""

    @property
    def url(self) -> str: ...

    @property
    def socket_url(self) -> str: ...


class LocalServer:
    """A server at a port of the loopback."""

    def __init__(self, port: int = 0) -> None:
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"


@dataclass
class ApiUser:
    """A user: `call` for REST, `connect` and `enter` for sockets. Each call has its own connection, without `http`."""

    server: Server
    name: str
    access: str = ""
    refresh: str = ""
    http: aiohttp.ClientSession | None = None

    @property
    def credentials(self) -> dict[str, str]:
        return {"username": self.name, "password": PASSWORD}

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access}"} if self.access else {}

    async def call(self, method: str, path: str, json: Any = None, *, expect: int | None = None) -> Any:
        """Call the API, and return the JSON of the response (None for 204)."""
        status, body = await self.request(method, path, json)
        assert expect in {None, status}, (method, path, status, body)
        return body

    async def request(
        self, method: str, path: str, json: Any = None, make_form: Callable[[], Any] = lambda: None
    ) -> tuple[int, Any]:
        """Call the API with JSON or a form, and return the status and the JSON of the response."""
        session: AbstractAsyncContextManager[aiohttp.ClientSession]
        session = aiohttp.ClientSession() if self.http is None else nullcontext(self.http)
        body = {"json": json, "data": make_form()}
        async with session as http:
            url = f"{self.server.url}/api{path}"
            async with http.request(method, url, headers=self.headers, **body) as response:
                is_json = response.content_type == "application/json"
                return response.status, await response.json() if is_json else None

    async def sign_up(self, **fields: str) -> None:
        account = {"email": f"{self.name}@example.org", **self.credentials, **fields}
        await self.call("POST", "/auth/register", account, expect=201)
        await self.sign_in()

    async def sign_in(self) -> None:
        pair = await self.call("POST", "/auth/token/pair", self.credentials, expect=200)
        self.access, self.refresh = pair["access"], pair["refresh"]

    async def new_conversation(self, **fields: Any) -> UUID:
        conversation = await self.call("POST", "/conversations/", fields, expect=201)
        return UUID(conversation["id"])

    async def messages(self, conversation_id: UUID | str) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        has_more = True
        while has_more:
            path = f"/conversations/{conversation_id}/messages?page_size=100&offset={len(messages)}"
            page = await self.call("GET", path, expect=200)
            messages += page["messages"]
            has_more = page["has_more"]
        return messages

    async def connect(self, conversation_id: UUID | str, **options: Any) -> ChatSocket:
        """Open a socket of a conversation without signing in."""
        return await self.connect_to(f"{self.server.socket_url}/ws/chat/{conversation_id}/", **options)

    async def connect_to(self, url: str, **options: Any) -> ChatSocket:
        """Open a socket at `url` without signing in."""
        return await ChatSocket.open(url, **options)

    async def enter(
        self, conversation_id: UUID | str, resume: dict[str, Any] | None = None, **options: Any
    ) -> ChatSocket:
        """Open a socket and sign in; the response to the sign-in is in `auth_success`."""
        opened = await self.connect(conversation_id, **options)
        await opened.sign_in(self.access, resume)
        return opened
