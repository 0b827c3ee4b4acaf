"""The limits of requests in flight: for a user, and in all (docs/api.md: A-1.13)."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, asynccontextmanager
from select import select
from uuid import uuid4

import aiohttp
import pytest
from pytest_django import Settings

from apps.core.database import run_in_database
from apps.core.http import in_flight
from testkit.live import LiveServer, SignedInUser, pause
from testkit.raw_connections import PATIENCE_SECONDS, open_connection, receive_until
from tests.chat.rest.stored_messages import add_messages
from tests.users.devices import fresh_address

pytestmark = pytest.mark.store_independent

MESSAGES = 30

type UnreadExport = Callable[[], AbstractAsyncContextManager[None]]


@pytest.fixture
async def unread_export(chat_server: LiveServer, user: SignedInUser) -> UnreadExport:
    """Return a context in which the user has asked for an export, and reads only its beginning.

    The export does not fit into the buffers between server and client.
    """
    conversation_id = str(await user.new_conversation())
    await run_in_database(add_messages, conversation_id, ["x" * 900_000] * MESSAGES)

    def ask() -> socket.socket:
        opened = open_connection("127.0.0.1", chat_server.port, receive_buffer=4096)
        opened.sendall(
            f"GET /api/conversations/{conversation_id}/export HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {user.access}\r\n\r\n".encode()
        )
        assert opened.recv(12) == b"HTTP/1.1 200"
        return opened

    @asynccontextmanager
    async def leave_unread() -> AsyncIterator[None]:
        with await asyncio.to_thread(ask):
            yield

    return leave_unread


async def test_a_user_waits_for_their_own_requests_and_does_not_delay_others(
    user: SignedInUser, other_user: SignedInUser, unread_export: UnreadExport, settings: Settings
) -> None:
    settings.REQUESTS_PER_USER = 2
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(unread_export())
        settings.REQUEST_WAIT_SECONDS = 0.1
        refused = await user.call("GET", "/auth/me", expect=429)
        assert refused["code"] == "RATE_LIMIT_EXCEEDED"
        await other_user.call("GET", "/auth/me", expect=200)
        settings.REQUEST_WAIT_SECONDS = 60.0
        waiting = asyncio.create_task(user.call("GET", "/auth/me", expect=200))
        await other_user.call("GET", "/auth/me", expect=200)
        assert not waiting.done()
    await waiting


async def test_a_refusal_beyond_those_that_wait_takes_its_time(
    user: SignedInUser, other_user: SignedInUser, unread_export: UnreadExport, settings: Settings
) -> None:
    settings.REQUESTS_PER_USER = 1
    settings.REQUEST_REFUSAL_SECONDS = 0.0
    async with unread_export():
        waiting = [asyncio.create_task(user.call("GET", "/auth/me")) for _ in range(in_flight.MAX_WAITING + 1)]
        refused, others = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert {task.result()["code"] for task in refused} == {"RATE_LIMIT_EXCEEDED"}
        settings.REQUEST_REFUSAL_SECONDS = 60.0
        late = asyncio.create_task(user.call("GET", "/auth/me"))
        await other_user.call("GET", "/auth/me", expect=200)
        await other_user.call("GET", "/auth/me", expect=200)
        assert not late.done()
        late.cancel()
    await asyncio.wait(others)


async def test_refusals_of_a_caller_who_asks_again_immediately_are_delayed(
    user: SignedInUser, other_user: SignedInUser, settings: Settings
) -> None:
    settings.THROTTLE_USER = "1/600"
    settings.REQUEST_REFUSAL_RATE = "1/60"
    settings.REQUEST_REFUSAL_WAIT_SECONDS = 600.0
    await user.call("GET", "/auth/me", expect=200)
    await user.call("GET", "/auth/me", expect=429)

    late = asyncio.create_task(user.call("GET", "/auth/me"))
    await other_user.call("GET", "/auth/me", expect=200)
    await other_user.call("GET", "/auth/me", expect=429)
    assert not late.done()
    late.cancel()


async def test_a_caller_whose_refusal_would_be_delayed_too_long_is_disconnected(
    user: SignedInUser, settings: Settings
) -> None:
    settings.THROTTLE_USER = "1/600"
    settings.REQUEST_REFUSAL_RATE = "1/60"
    settings.REQUEST_REFUSAL_WAIT_SECONDS = 1.0
    await user.call("GET", "/auth/me", expect=200)
    await user.call("GET", "/auth/me", expect=429)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await user.call("GET", "/auth/me")


async def test_refusals_of_many_networks_are_delayed_for_those_who_have_not_signed_in(
    chat_server: LiveServer, user: SignedInUser, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    settings.REQUEST_RATE_PER_CLIENT = "1/600"
    settings.THROTTLE_USER = "1/600"
    settings.NETWORKS_REFUSAL_RATE = "2/600"
    settings.REQUEST_REFUSAL_SECONDS = 60.0
    async with aiohttp.ClientSession() as http:

        async def be_refused(address: str) -> None:
            for status in (404, 429):
                async with http.get(f"{chat_server.url}/api/nowhere", headers={"X-Forwarded-For": address}) as response:
                    assert response.status == status

        for _ in range(2):
            await be_refused(fresh_address())
        late = asyncio.create_task(be_refused(fresh_address()))
        await user.call("GET", "/auth/me", expect=200)
        await user.call("GET", "/auth/me", expect=429)
        done, _ = await asyncio.wait([late], timeout=1.0)
        assert not done
        late.cancel()


async def test_a_refusal_that_was_delayed_arrives(
    chat_server: LiveServer, user: SignedInUser, settings: Settings
) -> None:
    settings.THROTTLE_USER = "1/600"
    settings.REQUEST_REFUSAL_RATE = "5/1"
    await user.call("GET", "/auth/me", expect=200)
    for _ in range(7):
        await user.call("GET", "/auth/me", expect=429)


async def test_requests_beyond_the_limit_of_the_process_are_refused(
    user: SignedInUser, other_user: SignedInUser, unread_export: UnreadExport, settings: Settings
) -> None:
    settings.REQUESTS_IN_FLIGHT = 1
    async with unread_export():
        await other_user.call("GET", "/health/live", expect=200)
        refused = await other_user.call("GET", "/auth/me", expect=503)
        assert refused["code"] == "INTERNAL_ERROR"
    while await other_user.call("GET", "/auth/me") == refused:
        await pause()


async def test_requests_without_a_session_have_a_rate_of_their_network(
    chat_server: LiveServer, user: SignedInUser, settings: Settings
) -> None:
    settings.REQUEST_RATE_PER_CLIENT = "3/600"
    async with aiohttp.ClientSession() as http:

        async def ask(path: str) -> int:
            async with http.get(chat_server.url.removesuffix("/api") + path, allow_redirects=False) as response:
                assert response.status != 429 or 0 < int(response.headers["Retry-After"]) <= 200
                return response.status

        assert [await ask(path) for path in ("/api/nowhere", "/admin/", "/v1/nowhere")] == [404, 302, 404]
        assert [await ask(path) for path in ("/", "/admin/login/", "/api/nowhere")] == [429, 429, 429]
        # Health checks, and files at signed URLs, which count for their user.
        assert [await ask(path) for path in ("/api/health/live", f"/api/attachments/{uuid4()}/image")] == [200, 404]
        assert await ask(f"/api/attachments/{uuid4()}/nowhere") == 429
    await user.call("GET", "/auth/me", expect=200)


@asynccontextmanager
async def unfinished_bodies(server: LiveServer, size: int, *sent: int) -> AsyncIterator[list[socket.socket]]:
    """Ask for registrations whose bodies of `size` bytes end after so many; the server is waiting for the rest."""

    def send_most(count: int) -> socket.socket:
        opened = stack.enter_context(open_connection("127.0.0.1", server.port))
        opened.sendall(
            b"POST /api/auth/register HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % size
        )
        assert opened.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        opened.sendall(b" " * count)
        return opened

    with ExitStack() as stack:
        yield [await asyncio.to_thread(send_most, count) for count in sent]


async def test_bodies_that_never_arrive_do_not_count(
    chat_server: LiveServer, user: SignedInUser, settings: Settings
) -> None:
    settings.REQUESTS_IN_FLIGHT = 1
    async with unfinished_bodies(chat_server, 100, 0, 10, 0):
        await user.call("GET", "/auth/me", expect=200)


async def test_bodies_that_are_arriving_are_limited_by_their_bytes(
    chat_server: LiveServer, user: SignedInUser, settings: Settings
) -> None:
    settings.ARRIVING_BYTES_PER_CALLER = 10_000
    async with unfinished_bodies(chat_server, 10_000, 9_000, 9_000) as two:
        [refused_one, *_], _, _ = await asyncio.to_thread(select, two, [], [], PATIENCE_SECONDS)
        response = await asyncio.to_thread(receive_until, refused_one, b"RATE_LIMIT_EXCEEDED")
        assert response.startswith(b"HTTP/1.1 429 ")
        assert b"RATE_LIMIT_EXCEEDED" in response
        settings.ARRIVING_BYTES = 9_000
        refused = await user.call("POST", "/conversations/", {}, expect=503)
        await user.call("GET", "/auth/me", expect=200)
    while await user.call("POST", "/conversations/", {}) == refused:
        await pause()


async def test_clients_that_have_not_signed_in_leave_room_for_the_bodies_of_users(
    chat_server: LiveServer, user: SignedInUser, settings: Settings
) -> None:
    settings.ARRIVING_BYTES = 20_000
    async with unfinished_bodies(chat_server, 10_000, 9_000, 9_000) as two:
        response = await asyncio.to_thread(lambda: select(two, [], [], PATIENCE_SECONDS)[0][0].recv(4096))
        assert response.startswith(b"HTTP/1.1 503 ")
        await user.call("POST", "/conversations/", {}, expect=201)


async def test_clients_that_have_not_signed_in_leave_room_for_the_requests_of_users(
    chat_server: LiveServer, user: SignedInUser, settings: Settings
) -> None:
    chat_server.stop()
    chat_server.send_buffer = 4096
    chat_server.start()
    settings.REQUESTS_IN_FLIGHT = 2

    request = b"GET /api/openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"

    def ask(times: int = 1) -> socket.socket:
        opened = open_connection("127.0.0.1", chat_server.port, receive_buffer=4096)
        opened.sendall(request * times)
        return opened

    def is_refused() -> bool:
        with ask() as opened:
            return opened.recv(12) == b"HTTP/1.1 503"

    # One response fits into the buffers between server and client; of four, one does not. All four are refused if
    # `is_refused` is served at the time, so each attempt asks for four more.
    with ExitStack() as stack:
        stack.enter_context(ask(4))
        while not await asyncio.to_thread(is_refused):
            stack.enter_context(ask(4))
            await pause()
        await user.call("GET", "/auth/me", expect=200)


async def test_event_streams_are_not_requests_in_flight(user: SignedInUser, settings: Settings) -> None:
    settings.REQUESTS_PER_USER = 1
    async with AsyncExitStack() as stack:
        for _ in range(2):
            session = await stack.enter_async_context(aiohttp.ClientSession(headers=user.headers))
            response = await stack.enter_async_context(session.get(f"{user.server.url}/api/events"))
            assert response.status == 200
        await user.call("GET", "/auth/me", expect=200)
