"""Rules for every address under /api, known or not (docs/api.md: A-1.6 to A-1.8)."""

import asyncio
import json
import random
import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Semaphore
from typing import Any
from uuid import UUID, uuid4

import aiohttp
import pytest
from django.conf import settings as django_settings
from django.test import RequestFactory
from pytest_django import Settings

from config.api import api
from config.openapi import description_view
from testkit.accounts import PASSWORD
from testkit.live import LiveServer, SignedInUser
from testkit.raw_connections import PATIENCE_SECONDS, Flood, flood, open_connection
from tests.core.http_calls import call, spaces_in_chunks

pytestmark = pytest.mark.store_independent

METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
LIMIT: int = django_settings.REQUEST_MAX_BODY


def operations(conversation_id: UUID | str) -> list[tuple[str, str]]:
    """Return every method and path of the OpenAPI description; requests that end the session come last."""
    paths: dict[str, Any] = api.get_openapi_schema()["paths"]
    found = []
    for path, methods in paths.items():
        filled = re.sub(r"\{\w+\}", str(uuid4()), path.replace("{conversation_id}", str(conversation_id)))
        found += [(method.upper(), filled) for method in methods]
    return sorted(found, key=lambda operation: (operation[0] == "DELETE", "/auth/" in operation[1], operation))


@pytest.mark.parametrize("is_signed_in", [True, False])
async def test_no_response_may_be_cached(user: SignedInUser, chat_server: LiveServer, *, is_signed_in: bool) -> None:
    conversation_id = await user.new_conversation()
    known = operations(conversation_id)
    kept = {}
    for method, path in known:
        body: dict[str, str] | None = {} if method in {"POST", "PUT", "PATCH"} else None
        status, headers, _ = await call(chat_server, method, path, user.access if is_signed_in else "", json=body)
        if "no-store" not in headers.get("cache-control", ""):
            kept[method, path] = status
    assert len(known) > 30
    assert kept == {}


async def test_tokens_may_not_be_cached(user: SignedInUser, chat_server: LiveServer) -> None:
    account = {"username": user.name, "password": PASSWORD}
    for path, body in [("/token/pair", account), ("/token/refresh", {"refresh": user.refresh})]:
        status, headers, _ = await call(chat_server, "POST", f"/api/auth{path}", json=body)
        assert status == 200
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("content_type", ["", "application/json", "application/x-www-form-urlencoded"])
async def test_an_unknown_path_is_not_found(chat_server: LiveServer, content_type: str) -> None:
    body: dict[str, Any] = {"data": b"{}", "headers": {"Content-Type": content_type}} if content_type else {}
    responses = {}
    for path in ["/api", "/api/", "/api/nothing-here", "/api/conversations/a/b/c", "/api/auth/"]:
        for method in METHODS:
            status, headers, text = await call(chat_server, method, path, **body)
            responses[method, path] = (status, headers["content-type"], "NOT_FOUND" in text)
    assert responses == {key: (404, "application/json", key[0] != "HEAD") for key in responses}


async def test_the_api_description_is_read_only(chat_server: LiveServer) -> None:
    for path in ["/api/docs", "/api/openapi.json"]:
        for method in ["POST", "PUT", "PATCH", "DELETE"]:
            status, headers, text = await call(chat_server, method, path)
            assert status == 405
            assert headers["allow"] == "GET, HEAD"
            assert "METHOD_NOT_ALLOWED" in text


async def test_the_api_description_is_throttled(chat_server: LiveServer, settings: Settings) -> None:
    settings.THROTTLE_ANONYMOUS = "2/60"
    # Its own address: other tests of this minute count too.
    address = f"127.{random.randrange(1, 255)}.{random.randrange(256)}.{random.randrange(2, 255)}"
    responses = [await call(chat_server, "GET", "/api/openapi.json", source=address) for _ in range(3)]
    assert [status for status, _, _ in responses] == [200, 200, 429]
    assert responses[0][1]["content-type"] == "application/json"
    assert json.loads(responses[0][2]) == json.loads(json.dumps(api.get_openapi_schema()))
    assert json.loads(responses[2][2])["code"] == "RATE_LIMIT_EXCEEDED"


def test_a_description_is_built_once_for_simultaneous_readers() -> None:
    are_waiting, built = Semaphore(0), []

    def build() -> dict[str, str]:
        for _ in range(4):
            assert are_waiting.acquire(timeout=30)
        built.append("once")
        return {"openapi": "3.1"}

    def read() -> bytes:
        are_waiting.release()
        return view(RequestFactory().get("/api/openapi.json")).content

    view = description_view(build)
    with ThreadPoolExecutor(4) as threads:
        read_by = [threads.submit(read) for _ in range(4)]
    assert [json.loads(reader.result()) for reader in read_by] == [{"openapi": "3.1"}] * 4
    assert built == ["once"]


async def test_a_thousand_parameters_are_invalid_input(user: SignedInUser, chat_server: LiveServer) -> None:
    for path in ("/api/conversations/", "/api/search"):
        query = "?q=a&" + "a=1&" * 1100
        status, _, text = await call(chat_server, "GET", path + query, user.access)
        assert status == 422
        assert "INTERNAL_ERROR" not in text


def with_bodies() -> list[tuple[str, str]]:
    return [(method, path) for method, path in operations(uuid4()) if method in {"POST", "PUT", "PATCH"}]


@pytest.mark.parametrize("is_chunked", [True, False], ids=["chunked", "with its length"])
async def test_a_large_body_is_refused_by_every_endpoint(
    user: SignedInUser, chat_server: LiveServer, settings: Settings, *, is_chunked: bool
) -> None:
    settings.LARGER_BODIES = {}
    responses = {}
    for method, path in with_bodies():
        if path == settings.UPLOAD_PATH:
            continue  # It is answered in its own words: tests/chat/attachments.
        body = spaces_in_chunks(LIMIT + 65536) if is_chunked else BytesIO(b" " * (LIMIT + 1))
        headers = {"Content-Type": "application/json"}
        status, _, text = await call(chat_server, method, path, user.access, data=body, headers=headers)
        responses[method, path] = (status, text)
    assert len(responses) > 10
    assert set(responses.values()) == {(413, '{"error": "The request is too large.", "code": "TOO_LARGE"}')}


@pytest.mark.parametrize("is_chunked", [True, False], ids=["chunked", "with its length"])
async def test_a_connection_survives_a_body_that_is_too_large(
    user: SignedInUser, chat_server: LiveServer, *, is_chunked: bool
) -> None:
    size = 3 * 1024 * 1024
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {user.access}"}
    url = f"{chat_server.url}/api/conversations/"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1), headers=headers) as session:
        for _ in range(3):
            async with session.post(
                url, data=spaces_in_chunks(size) if is_chunked else BytesIO(b" " * size)
            ) as response:
                assert response.status == 413
                assert (await response.json())["code"] == "TOO_LARGE"
        async with session.post(url, json={"title": "Small"}) as response:
            assert response.status == 201


async def test_an_endless_body_ends_the_connection(chat_server: LiveServer) -> None:
    """At a URL that does not exist, by an unknown client: refused immediately, and read no further."""

    def send_forever() -> Flood:
        with open_connection("127.0.0.1", chat_server.port) as connection:
            connection.sendall(b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
            return flood(connection, b"10000\r\n" + bytes(65536) + b"\r\n", rate=100_000_000, seconds=PATIENCE_SECONDS)

    outcome = await asyncio.to_thread(send_forever)
    assert outcome.response.startswith(b"HTTP/1.1 413 ")
    assert b'{"error": "The request is too large.", "code": "TOO_LARGE"}' in outcome.response
    assert outcome.closed_after is not None


async def test_commands_have_their_own_body_limit(
    user: SignedInUser, chat_server: LiveServer, settings: Settings
) -> None:
    settings.LARGER_BODIES = {"/api/conversations/[^/]+/commands": 2 * LIMIT}
    settings.SOCKET_MAX_FRAME = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * LIMIT
    headers = {"Content-Type": "application/json"}
    conversation_id = await user.new_conversation()
    for path, size, status in (
        (f"/api/conversations/{conversation_id}/commands", 2 * LIMIT + 1, 413),
        (f"/api/conversations/{conversation_id}/commands", 2 * LIMIT, 422),
        ("/api/conversations/", LIMIT + 1, 413),
        ("/api/conversations/", LIMIT, 201),
    ):
        body = BytesIO(b"{}" + b" " * (size - 2))
        assert (await call(chat_server, "POST", path, user.access, data=body, headers=headers))[0] == status


async def test_a_body_at_the_limit_is_accepted(user: SignedInUser, chat_server: LiveServer) -> None:
    body = BytesIO(b"{}" + b" " * (LIMIT - 2))
    headers = {"Content-Type": "application/json"}
    status, _, _ = await call(chat_server, "POST", "/api/conversations/", user.access, data=body, headers=headers)
    assert status == 201


async def test_paths_outside_the_api_refuse_large_bodies_too(chat_server: LiveServer) -> None:
    assert (await call(chat_server, "POST", "/admin/login/", data=spaces_in_chunks(2 * LIMIT)))[0] == 413
