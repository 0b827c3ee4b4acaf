"""Refusals that take neither a thread nor a store, because it is known that they are due (docs/api.md: A-4.3)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
from pytest_django import Settings

from testkit.live import LiveServer, SignedInUser
from tests.users.devices import PASSWORD, fresh_address

pytestmark = pytest.mark.store_independent

SIGN_IN = ("/api/auth/token/pair", {"username": "unknown", "password": PASSWORD})
REFRESH = ("/api/auth/token/refresh", {"refresh": "nonsense"})
PUBLIC = [
    ("THROTTLE_LOGIN", *SIGN_IN),
    ("THROTTLE_LOGIN", "/api/auth/password-reset", {"token": "nonsense", "password": PASSWORD}),
    ("THROTTLE_REFRESH", *REFRESH),
    ("THROTTLE_REGISTER", "/api/auth/register", {"username": "?", "email": "?", "password": PASSWORD}),
]


@dataclass
class Outcome:
    """An answer; only answers of Django have the id of a request."""

    status: int
    headers: Any
    body: Any

    @property
    def is_from_django(self) -> bool:
        return "X-Request-ID" in self.headers


@dataclass
class Caller:
    """A client behind a trusted proxy, at an address that no other test uses."""

    http: aiohttp.ClientSession
    server: LiveServer
    address: str

    async def ask(self, path: str, body: Any = None, **headers: str) -> Outcome:
        method = "GET" if body is None else "POST"
        headers |= {"X-Forwarded-For": self.address}
        async with self.http.request(method, self.server.url + path, json=body, headers=headers) as response:
            return Outcome(response.status, response.headers, await response.json())


@pytest.fixture
async def caller(chat_server: LiveServer, settings: Settings) -> AsyncIterator[Caller]:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    settings.THROTTLE_PASSWORD = "off"
    async with aiohttp.ClientSession() as http:
        yield Caller(http, chat_server, fresh_address())


@pytest.mark.parametrize(("setting", "path", "body"), PUBLIC)
async def test_a_client_network_beyond_a_limit_is_refused_before_django(
    caller: Caller, settings: Settings, setting: str, path: str, body: Any
) -> None:
    setattr(settings, setting, "1/600")
    assert (await caller.ask(path, body)).status in {400, 401, 422}

    counted, known = await caller.ask(path, body), await caller.ask(path, body)

    assert [counted.status, known.status] == [429, 429]
    assert [counted.is_from_django, known.is_from_django] == [True, False]
    assert known.body == counted.body
    assert 590 < int(known.headers["Retry-After"]) <= 600
    assert (await caller.ask("/api/limits")).status == 200
    caller.address = fresh_address()
    assert (await caller.ask(path, body)).status != 429
    setattr(settings, setting, "off")
    assert (await caller.ask(path, body)).status != 429


async def test_a_user_beyond_the_limit_is_refused_before_django(
    caller: Caller, user: SignedInUser, settings: Settings
) -> None:
    settings.THROTTLE_USER = "1/600"
    outcomes = [await caller.ask("/api/auth/me", **user.headers) for _ in range(3)]

    assert [outcome.status for outcome in outcomes] == [200, 429, 429]
    assert [outcome.is_from_django for outcome in outcomes] == [True, True, False]
    assert (await caller.ask("/v1/models", **user.headers)).body["error"]["code"] == "rate_limit_exceeded"


@pytest.mark.parametrize(
    "path", ["/api/limits", "/api/auth/registration", "/api/openapi.json", "/api/protocol.json", "/api/health/live"]
)
async def test_public_endpoints_are_served_to_a_user_beyond_the_limit(
    caller: Caller, user: SignedInUser, settings: Settings, path: str
) -> None:
    settings.THROTTLE_USER = "1/600"
    for _ in range(2):
        await caller.ask("/api/auth/me", **user.headers)

    assert (await caller.ask(path, **user.headers)).status == 200
    assert (await caller.ask(*REFRESH, **user.headers)).status == 401


async def test_pages_of_listed_origins_can_read_a_refusal(caller: Caller, settings: Settings) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    settings.THROTTLE_REFRESH = "1/600"
    for origin, allowed in (("https://app.example", "https://app.example"), ("https://evil.example", None)):
        outcomes = [await caller.ask(*REFRESH, Origin=origin) for _ in range(3)]

        assert not outcomes[-1].is_from_django
        assert {outcome.headers.get("Access-Control-Allow-Origin") for outcome in outcomes} == {allowed}
        assert "Retry-After" in outcomes[-1].headers.get("Access-Control-Expose-Headers", "") or allowed is None
