"""A proxy in front of a server that breaks one rule of the protocol: what the conformance suite must catch."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from apps.core.tasks import cancel_and_wait
from conformance.web_server import serve_application

type Frame = dict[str, Any]

HOP_HEADERS = {"connection", "upgrade", "transfer-encoding", "content-length", "content-encoding", "keep-alive"}


@dataclass
class Connection:
    """One connection through the proxy, in which a fault keeps its state."""

    seen: int = 0
    """Frames of answers so far."""

    memory: dict[str, Any] = field(default_factory=dict)

    path: str = ""


class Fault:
    """A server without a fault; each other one breaks a rule."""

    def to_client(self, frame: Frame, connection: Connection) -> Iterator[Frame]:
        """Yield what the client gets in place of a frame."""
        yield frame

    def to_server(self, command: Frame, connection: Connection) -> Iterator[Frame]:
        """Yield what the server gets in place of a command."""
        yield command

    def close_code(self, code: int) -> int:
        """Return the close code that the client gets."""
        return code

    def at_the_end(self, connection: Connection) -> Iterator[Frame]:
        """Yield what the server gets when the client has closed a connection."""
        yield from ()

    def to_origin(self, headers: dict[str, str]) -> dict[str, str]:
        """Return the headers of a handshake that the server gets."""
        return headers

    def refusal(self, path: str, offered: list[str], headers: dict[str, str]) -> int:
        """Return the HTTP status with which a handshake is refused, or 0."""
        return 0

    def echo(self, offered: list[str], spoken: str | None) -> str | None:
        """Return the subprotocol that the client gets instead of the server's."""
        return spoken

    def route_socket(self, path: str) -> str:
        """Return the path of a handshake that the server gets in place of this one, which has the query."""
        return path

    def to_events(self, event: bytes) -> bytes:
        """Return the replacement for an event of a stream."""
        return event

    def headers(self, path: str, status: int, headers: dict[str, str]) -> dict[str, str]:
        """Return the headers that the client gets in place of these."""
        return headers

    def route(self, path: str) -> str:
        """Return the path that the server gets in place of this one, which has the query."""
        return path

    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        """Return the status and the JSON that the client gets in place of these; `path` has the query."""
        return status, body

    def to_post(self, command: Frame) -> Frame:
        """Return the command that the server gets in place of a posted one."""
        return command

    def respond_file(self, path: str, status: int) -> int:
        """Return the status that the client gets for a response without JSON."""
        return status

    takes_binary: bool = False
    """Whether binary frames are passed on as text."""

    sends_pings: bool = True
    """Whether WebSocket pings are sent, one before each frame that is a `ping`."""

    answers_pings: bool = True
    """Whether WebSocket pings of a client are answered."""

    rate: float = 150
    """Tokens per second of the model with which it is found."""

    only: str = ""
    """The one check that can find it."""


class BreakingProxy:
    """Serves on a free port of this machine, and passes everything on to `upstream`."""

    def __init__(self, upstream: str, fault: Fault) -> None:
        self._upstream = upstream
        self._fault = fault
        self.url = ""

    @contextlib.asynccontextmanager
    async def serve(self) -> Any:
        """Serve for the duration of the block."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._answer)
        timeout = aiohttp.ClientTimeout(total=None)
        async with (
            aiohttp.ClientSession(timeout=timeout, auto_decompress=False) as self._session,
            serve_application(app, handler_cancellation=True, shutdown_timeout=1) as port,
        ):
            self.url = f"http://127.0.0.1:{port}"
            yield self

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._pass_socket(request)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_HEADERS}
        body = self._change_post(request.path, await request.read())
        path = self._fault.route(request.path_qs)
        async with self._session.request(
            request.method, self._upstream + path, headers=headers, data=body, allow_redirects=False
        ) as answer:
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP_HEADERS}
            kept = self._fault.headers(request.path_qs, answer.status, kept)
            if answer.content_type == "application/json":
                status, changed = self._fault.respond(
                    request.method, request.path_qs, answer.status, await answer.json()
                )
                return web.Response(status=status, headers=kept, body=json.dumps(changed).encode())
            status = self._fault.respond_file(request.path_qs, answer.status)
            response = web.StreamResponse(status=status, headers=kept)
            await response.prepare(request)
            if answer.content_type == "text/event-stream":
                await self._pass_events(answer, response, Connection(path=request.path_qs))
            else:
                await response.write(await answer.read())
            return response

    def _change_post(self, path: str, body: bytes) -> bytes:
        try:
            command = json.loads(body) if path.endswith("/commands") else None
        except ValueError:
            command = None
        return json.dumps(self._fault.to_post(command)).encode() if isinstance(command, dict) else body

    async def _pass_events(
        self, answer: aiohttp.ClientResponse, response: web.StreamResponse, connection: Connection
    ) -> None:
        event = b""
        async for text in answer.content:
            event += text
            if text != b"\n":
                continue
            if event.startswith(b"data: "):
                frames = self._fault.to_client(json.loads(event[6:]), connection)
                event = b"".join(b"data: " + json.dumps(frame).encode() + b"\n\n" for frame in frames)
            await response.write(self._fault.to_events(event))
            event = b""

    async def _pass_socket(self, request: web.Request) -> web.StreamResponse:
        offered = [p.strip() for p in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if p.strip()]
        headers = {name: request.headers[name] for name in ("Host", "Origin") if name in request.headers}
        if status := self._fault.refusal(request.path_qs, offered, headers):
            return web.Response(status=status)
        try:
            server = await self._session.ws_connect(
                self._upstream + self._fault.route_socket(request.path_qs),
                protocols=offered,
                headers=self._fault.to_origin(headers),
                max_msg_size=0,
            )
        except aiohttp.WSServerHandshakeError as refused:
            return web.Response(status=refused.status)
        client = web.WebSocketResponse(max_msg_size=0, timeout=1, autoping=self._fault.answers_pings)
        if spoken := self._fault.echo(offered, server.protocol):
            client.headers["Sec-WebSocket-Protocol"] = spoken
        await client.prepare(request)
        connection = Connection(path=request.path_qs)
        pumps = [
            asyncio.create_task(self._pump_to_client(server, client, connection)),
            asyncio.create_task(self._pump_to_server(client, server, connection)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await cancel_and_wait(*pumps)
            if not server.closed:
                for command in self._fault.at_the_end(connection):
                    await server.send_str(json.dumps(command))
            await server.close()
        return client

    async def _pump_to_client(
        self, server: aiohttp.ClientWebSocketResponse, client: web.WebSocketResponse, connection: Connection
    ) -> None:
        async for message in server:
            for frame in self._fault.to_client(json.loads(message.data), connection):
                if wait := frame.pop("_wait", 0):
                    await asyncio.sleep(wait)
                if frame.get("type") == "ping" and self._fault.sends_pings:
                    await client.ping()
                if text := frame.get("_text"):
                    await client.send_str(text)
                    continue
                if code := frame.get("_close"):
                    await client.close(code=code)
                    return
                await client.send_str(json.dumps(frame))
        await client.close(code=self._fault.close_code(server.close_code or 1006))

    async def _pump_to_server(
        self, client: web.WebSocketResponse, server: aiohttp.ClientWebSocketResponse, connection: Connection
    ) -> None:
        async for message in client:
            if message.type in {aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG}:
                continue  # aiohttp has answered a ping, unless the fault is that it does not.
            if message.type is aiohttp.WSMsgType.BINARY and not self._fault.takes_binary:
                await server.send_bytes(message.data)
                continue
            try:
                command = json.loads(message.data)
            except (ValueError, RecursionError):
                command = None
            if not isinstance(command, dict) or "NaN" in message.data:
                await server.send_str(message.data)
                continue
            for changed in self._fault.to_server(command, connection):
                await server.send_str(json.dumps(changed))
