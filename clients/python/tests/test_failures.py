"""Failures that the real server does not have: pages of a proxy, redirects, and closed conversations."""

import asyncio
import gc
import weakref
from unittest.mock import Mock

import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from ai_chat_client import ApiError, Client, ClosedError, RefusedError
from ai_chat_client.tokens import TokenFile, Tokens

pytestmark = pytest.mark.storeless

NOWHERE = "http://localhost:1"


def server_with(method: str, path: str, *responses: web.Response) -> TestServer:
    """Return a server that sends these responses, one after another."""
    left = list(responses)

    async def respond(_: web.Request) -> web.Response:
        return left.pop(0)

    application = web.Application()
    application.router.add_route(method, path, respond)
    return TestServer(application)


def client_of(server: BaseTestServer) -> Client:
    return Client(str(server.make_url("/")), access_token="token", max_delay=0.01)


@pytest.mark.parametrize("status", [200, 502])
@pytest.mark.parametrize(("content_type", "text"), [("text/html", "<html>"), ("application/json", "<html>")])
async def test_a_page_of_a_proxy_is_an_api_error(status: int, content_type: str, text: str) -> None:
    page = web.Response(status=status, text=text, content_type=content_type, headers={"Retry-After": "7"})
    async with server_with("POST", "/api/conversations/", page) as server, client_of(server) as client:
        with pytest.raises(ApiError, match="HTTP_ERROR") as failure:
            await client.create_conversation()
    assert failure.value.status == status
    assert failure.value.retry_after == 7


async def test_a_call_follows_no_redirect() -> None:
    moved = web.Response(status=307, headers={"Location": "/elsewhere"})
    async with server_with("GET", "/{path:.*}", moved, web.json_response({})) as server, client_of(server) as client:
        with pytest.raises(ApiError) as failure:
            await client.session.call("GET", "/api/models")
    assert failure.value.status == 307


@pytest.mark.parametrize(("headers", "seconds"), [({}, 9), ({"Retry-After": "4"}, 4)])
async def test_a_refused_command_says_when_it_may_be_repeated(headers: dict[str, str], seconds: int) -> None:
    async def stream(request: web.Request) -> web.StreamResponse:
        events = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await events.prepare(request)
        await events.write(b'data: {"type": "auth.success", "active": null}\n\n')
        await asyncio.Event().wait()  # Until the server is closed.
        return events

    async def refuse(_: web.Request) -> web.Response:
        refusal = {"type": "chat.error", "code": "RATE_LIMIT_EXCEEDED", "error": "Later.", "retry_after": 9}
        return web.json_response(refusal, status=429, headers=headers)

    application = web.Application()
    application.router.add_get("/api/conversations/c1/events", stream)
    application.router.add_post("/api/conversations/c1/commands", refuse)
    async with TestServer(application) as server, client_of(server) as client:
        with pytest.raises(RefusedError) as failure:
            await client.conversation("c1").ask("Go").read()
    assert failure.value.retry_after == seconds


async def test_a_closed_conversation_fails_its_streams_as_closed() -> None:
    async with Client(NOWHERE, access_token="token") as client:
        conversation = client.conversation("c1")
        asked = conversation.ask("Go")
        await conversation.close()
        with pytest.raises(ClosedError):
            await asked.read()
        asked = client.conversation("c2").ask("Go")
    with pytest.raises(ClosedError):
        await asked.read()


async def test_a_client_forgets_conversations_without_a_connection() -> None:
    async with Client(NOWHERE, access_token="token") as client:
        unused, closed = client.conversation("c1"), client.conversation("c2")
        closed.ask("Go")
        await closed.close()
        references = weakref.ref(unused), weakref.ref(closed)
        del unused, closed
        gc.collect()
        assert [reference() for reference in references] == [None, None]


async def test_a_fault_of_the_token_store_is_raised_by_each_stream() -> None:
    store = Mock(spec=TokenFile)
    store.load.return_value = Tokens()
    store.lock.side_effect = LookupError("a fault")
    async with Client(NOWHERE, store=store) as client:
        with pytest.raises(LookupError, match="a fault"):
            await client.conversation("c1").ask("Go").read()
