"""Accounts that call the API through Django's test client."""

import json
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import uuid4

from asgiref.sync import async_to_sync
from django.test import Client

from testkit.accounts import sign_up_directly
from tests.users.devices import Response


@dataclass
class Account:
    """A signed-in user."""

    name: str = field(default_factory=lambda: f"user-{uuid4().hex[:12]}")
    access: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @classmethod
    def sign_up(cls) -> Self:
        account = cls()
        account.access = sign_up_directly(account.name).access
        return account

    def call(self, method: str, path: str, body: Any = None) -> Response:
        """Call `/api{path}` with a JSON body, if there is one."""
        return self.send(method, path, b"" if body is None else json.dumps(body).encode())

    def send(self, method: str, path: str, body: bytes) -> Response:
        """Call `/api{path}` with `body`, declared as JSON unless it is empty."""
        content_type = "application/json" if body else "application/octet-stream"
        headers = {"Authorization": f"Bearer {self.access}"} if self.access else {}
        response = self.client.generic(method, f"/api{path}", body, content_type=content_type, headers=headers)
        return Response.of(response)

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Call, check the status, and return the body."""
        response = self.call(method, path, body)
        assert response.status == status, (response.status, response.body)
        return response.body

    def refused(self, method: str, path: str, body: Any = None, *, status: int = 422) -> str:
        """Call, check that it is refused with `status`, and return the error code."""
        response = self.call(method, path, body)
        assert response.status == status, (response.status, response.body)
        assert response.body["error"]
        return str(response.body["code"])

    def new_conversation(self, **fields: Any) -> str:
        return str(self.ask("POST", "/conversations/", fields, status=201)["id"])


@async_to_sync
async def collect(response: Any) -> bytes:
    """Return the whole content of a streamed response."""
    return b"".join([piece async for piece in response])
