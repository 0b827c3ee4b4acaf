"""The threads on which requests run, their connections to the database, and the headers of requests."""

import asyncio
import threading
from io import BytesIO
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from pytest_django import Settings

from apps.core.http.handler import MemoryBodyHandler
from apps.core.http.requests import LazyHeadersRequest
from tests.core.thread_urls import NotedResponse, gate, is_waiting


@pytest.fixture
def handler(settings: Settings) -> MemoryBodyHandler:
    """A handler of requests to views that answer with their thread."""
    settings.ROOT_URLCONF = "tests.core.thread_urls"
    return MemoryBodyHandler()


def scope_of(path: str) -> Any:
    return {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [(b"host", b"localhost")]}


async def ask(handler: MemoryBodyHandler, path: str) -> int:
    """Return the number that was answered."""
    client: Any = ApplicationCommunicator(handler, scope_of(path))  # type: ignore[no-untyped-call] # ships no types
    await client.send_input({"type": "http.request"})
    start = await client.receive_output(30)
    body = await client.receive_output(30)
    await client.wait()
    assert start["status"] == 200
    return int(body["body"])


@pytest.mark.storeless
async def test_consecutive_requests_run_on_one_thread(handler: MemoryBodyHandler) -> None:
    threads = {await ask(handler, "/thread") for _ in range(5)}

    assert len(threads) == 1
    assert threads != {threading.get_ident()}


@pytest.mark.storeless
async def test_simultaneous_requests_run_on_separate_threads(handler: MemoryBodyHandler) -> None:
    threads = set(await asyncio.gather(ask(handler, "/meet"), ask(handler, "/meet")))

    assert len(threads) == 2
    assert await ask(handler, "/thread") in threads


@pytest.mark.storeless
async def test_the_thread_of_a_cancelled_request_is_not_used_for_another(handler: MemoryBodyHandler) -> None:
    received: asyncio.Queue[Any] = asyncio.Queue()
    received.put_nowait({"type": "http.request"})
    waiting = asyncio.create_task(handler(scope_of("/meet"), received.get, received.put))
    assert await asyncio.to_thread(is_waiting.wait, 30)
    waiting.cancel()
    await asyncio.wait([waiting])

    # It meets the request that was cancelled.
    assert await ask(handler, "/meet")


@pytest.mark.storeless
@pytest.mark.parametrize("has_client_left", [True, False])
async def test_a_response_is_closed_once_even_if_its_client_has_left(
    handler: MemoryBodyHandler, has_client_left: bool
) -> None:
    gate.clear()
    NotedResponse.closings.clear()
    received: asyncio.Queue[Any] = asyncio.Queue()
    sent: asyncio.Queue[Any] = asyncio.Queue()
    received.put_nowait({"type": "http.request"})
    serving = asyncio.create_task(handler(scope_of("/late"), received.get, sent.put))
    assert await asyncio.to_thread(is_waiting.wait, 30)
    if has_client_left:
        received.put_nowait({"type": "http.disconnect"})
        for _ in range(10):
            await asyncio.sleep(0)
    gate.set()
    await serving

    assert len(NotedResponse.closings) == 1
    assert sent.empty() == has_client_left


@pytest.mark.storeless
async def test_an_asynchronous_view_runs_on_the_event_loop(handler: MemoryBodyHandler) -> None:
    assert await ask(handler, "/loop") == threading.get_ident()


@pytest.mark.storeless
def test_the_headers_of_a_request_are_those_of_django() -> None:
    scope = scope_of("/thread")
    scope["headers"] += [(b"x-client", b"web"), (b"content-type", b"text/plain"), (b"content-length", b"0")]
    ours, plain = LazyHeadersRequest(scope, BytesIO()).headers, ASGIRequest(scope, BytesIO()).headers

    assert dict(ours) == dict(plain)
    assert ours == plain
    for name in ("X-Client", "x_client", "Content-Type", "content-length", "Host", "Missing", "Path-Info"):
        assert ours.get(name) == plain.get(name)
        assert (name in ours) == (name in plain)


@pytest.mark.django_db(transaction=True)
async def test_a_thread_keeps_its_connection_only_to_sqlite(handler: MemoryBodyHandler) -> None:
    assert await ask(handler, "/connection") == 0
    # Connections to PostgreSQL are in a pool.
    assert await ask(handler, "/connection") == int(connection.vendor == "sqlite")
