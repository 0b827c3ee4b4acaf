"""A user's device: an HTTP client with its own address, tokens and cookies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from random import randrange
from types import MappingProxyType
from typing import Any, Self

from django.test import Client

from testkit.api_user import PASSWORD

__all__ = ["OTHER_PASSWORD", "PASSWORD", "Device", "Response", "fresh_address"]

OTHER_PASSWORD = "nine lives has the tabby cat"

_addresses = count(randrange(2**20))


def fresh_address() -> str:
    """Return an address that no other test uses: throttles and lock-outs count by it."""
    number = next(_addresses)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


@dataclass
class Response:
    """An HTTP response with its decoded body."""

    status: int
    body: Any
    headers: Mapping[str, str]
    cookies: dict[str, Any]

    @classmethod
    def of(cls, response: Any) -> Self:
        body = response.json() if response.content else None
        return cls(response.status_code, body, response.headers, dict(response.cookies))

    @property
    def code(self) -> str:
        return str(self.body["code"])

    @property
    def refusal(self) -> str:
        """The status and the code of an error."""
        return f"{self.status} {self.code}"


@dataclass
class Device:
    """Calls the API as a client does, and keeps its tokens and cookies."""

    address: str = field(default_factory=fresh_address)
    access: str = ""
    refresh: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @classmethod
    def of_new_account(cls, name: str, address: str = "") -> Self:
        """Register an account, and return a device that is signed in to it."""
        device = cls(address or fresh_address())
        assert device.register(name).status == 201
        assert device.sign_in(name).status == 200
        return device

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Call `/api/auth{path}` with the access token, if there is one, and a JSON body, if there is one."""
        if self.access:
            headers = {"Authorization": f"Bearer {self.access}"} | headers
        response = self.client.generic(
            method,
            f"/api/auth{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/octet-stream" if body is None else "application/json",
            headers=headers,
            REMOTE_ADDR=self.address,
        )
        return Response.of(response)

    def register(
        self, name: str, password: str = PASSWORD, headers: Mapping[str, str] = MappingProxyType({}), **fields: str
    ) -> Response:
        body = {"email": f"{name}@example.com", "username": name, "password": password} | fields
        return self.call("POST", "/register", body, **headers)

    def sign_in(self, login: str, password: str = PASSWORD, **headers: str) -> Response:
        key = "email" if "@" in login else "username"
        response = self.call("POST", "/token/pair", {key: login, "password": password}, **headers)
        if response.status == 200:
            self.access = response.body["access"]
            self.refresh = response.body.get("refresh", "")
        return response

    def renew(self, refresh: str | None = None) -> Response:
        """Refresh with a token in the body, and keep the new tokens."""
        response = self.call("POST", "/token/refresh", {"refresh": refresh or self.refresh})
        if response.status == 200:
            self.access, self.refresh = response.body["access"], response.body["refresh"]
        return response

    def redeem(self, token: str, password: str = OTHER_PASSWORD) -> Response:
        """Set a password through a one-time link."""
        return self.call("POST", "/password-reset", {"token": token, "password": password})

    def is_administrator(self) -> bool:
        return bool(self.call("GET", "/me").body["is_admin"])

    def is_signed_in(self) -> bool:
        return self.call("GET", "/me").status == 200
