"""Section 2: paths, handshakes and signs of life."""

import asyncio

import aiohttp
from websockets.exceptions import InvalidStatus

from conformance.context import Context
from conformance.registry import check
from conformance.violations import Skipped, Violation, require, required

FOREIGN = "https://foreign.example"


@check("P-2.1", "P-5.1", "P-5.12")
async def every_form_of_the_path_is_accepted(context: Context) -> None:
    """The last slash is optional, and the id may be in upper case."""
    conversation_id = await context.new_conversation()
    for path in (conversation_id, f"{conversation_id}/", conversation_id.upper()):
        connection = await context.must_open("P-2.1", f"/ws/chat/{path}")
        with required("P-2.1", f"/ws/chat/{path}"):
            success = await connection.sign_in(context.target.token)
        require(success["conversation_id"] == conversation_id, "P-5.1", "auth.success names a different conversation")
        require(success["active"] is None, "P-5.1", "a conversation without an answer has an active one")
        require(connection.frames == [success], "P-5.12", "something came before auth.success")
        await connection.close()


@check("P-2.2", "P-13.3")
async def pages_of_other_sites_are_refused(context: Context) -> None:
    """A foreign `Origin` is refused with HTTP 403; the server's own, or none, is accepted."""
    conversation_id = await context.new_conversation()
    for path in (f"/ws/chat/{conversation_id}/", "/ws/events/"):
        for wrong in (FOREIGN, "null", f"{context.target.url}.foreign.example", f"{FOREIGN}/?{context.target.url}"):
            try:
                await context.open(path, origin=wrong)
            except InvalidStatus as refused:
                status = refused.response.status_code
                require(status == 403, "P-2.2", f"the Origin {wrong} was answered with {status}")
            else:
                raise Violation("P-2.2", f"a page of the origin {wrong} may connect")
        await (await context.must_open("P-2.2", path, origin=context.target.url)).close()
        await (await context.must_open("P-2.2", path)).close()


@check("P-2.2")
async def another_host_is_refused(context: Context) -> None:
    """A handshake for a host that the REST API refuses is refused with HTTP 403: it may be a rebound name."""
    headers = {"Host": "foreign.example", "Authorization": f"Bearer {context.target.token}"}
    async with context.http.get(f"{context.target.url}/api/conversations/", headers=headers) as response:
        if response.status == 200:
            raise Skipped("the server takes requests for any host")
    conversation_id = await context.new_conversation()
    for path in (f"/ws/chat/{conversation_id}/", "/ws/events/"):
        try:
            async with context.http.ws_connect(context.target.url + path, headers={"Host": "foreign.example"}):
                raise Violation("P-2.2", f"{path} may be opened under another host")
        except aiohttp.WSServerHandshakeError as refused:
            require(refused.status == 403, "P-2.2", f"another Host was answered with {refused.status}")


@check("P-2.3", "P-6.16")
async def paths_that_lead_nowhere_are_closed_with_a_code(context: Context) -> None:
    """A malformed id closes with 4002, an unknown path with 4004."""
    for path, code in (("/ws/chat/not-a-uuid/", 4002), ("/ws/nowhere/", 4004), ("/ws/chat/", 4002)):
        try:
            connection = await context.open(path)
        except InvalidStatus as refused:
            raise Violation("P-2.3", f"{path} was refused with HTTP {refused.response.status_code}") from None
        closed = await connection.close_code()
        require(closed == code or (path == "/ws/chat/" and closed == 4004), "P-2.3", f"{path} closed with {closed}")


@check("P-2.6", "P-5.10")
async def an_idle_connection_gets_pings(context: Context) -> None:
    """`ping` frames come although nothing happens, on both sockets, and need no answer."""
    _, connection = await context.enter_new()
    feed, _ = await context.enter_feed()
    for other in (connection, feed, connection, feed):
        with required("P-2.6"):
            await other.expect("ping")


@check("P-2.6", "P-2.16")
async def websocket_pings_come_and_are_answered(context: Context) -> None:
    """Pings of RFC 6455, which a page never sees: the server sends them, and answers a client's pings."""
    conversation_id = await context.new_conversation()
    url = f"{context.target.url}/ws/chat/{conversation_id}/"
    async with context.http.ws_connect(url, autoping=False) as socket:
        await socket.send_json({"type": "auth", "token": context.target.token})
        await socket.ping(b"check")
        left = {aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG}
        try:
            async with asyncio.timeout(context.target.patience):
                while left:
                    message = await socket.receive()
                    is_open = message.type not in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
                    require(is_open, "P-2.6", f"it closed with {socket.close_code}")
                    if message.type is aiohttp.WSMsgType.PONG:
                        require(message.data == b"check", "P-2.16", f"a ping was answered by {message.data!r}")
                    left.discard(message.type)
        except TimeoutError:
            is_silent = aiohttp.WSMsgType.PONG in left
            what = "a WebSocket ping was not answered" if is_silent else "no WebSocket ping came"
            raise Violation("P-2.16" if is_silent else "P-2.6", what) from None
