"""A proxy in front of a server that breaks one rule of the protocol: what the conformance suite must catch."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterable, Mapping
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
    """One connection or request through the proxy, in which a fault keeps its state."""

    path: str
    """With the query."""

    shared: dict[Any, Any]
    """State that all connections to the server share."""

    memory: dict[str, Any] = field(default_factory=dict)

    commands: list[Frame] = field(default_factory=list)
    """Those of the client so far, with the one that is being passed on."""

    frames: int = 0
    """How many frames the server has sent."""

    is_signed_in: bool = False

    @property
    def last_command(self) -> Frame:
        return self.commands[-1] if self.commands else {}

    def has_sent(self, kind: str) -> bool:
        """Return whether the client has sent a command of this type."""
        return any(command.get("type") == kind for command in self.commands)


type Hook = Callable[[Frame, Connection], Iterable[Frame]]
type ResponseHook = Callable[[Connection, int, Any], tuple[int, Any]]


@dataclass(frozen=True)
class Fault:
    """The rules that a server breaks, and how: hooks for what the proxy passes on. Without any, it breaks none."""

    breaks: str = ""
    """The requirements of which the suite must find at least one broken."""

    to_client: Hook = lambda frame, _: [frame]
    """Returns what the client gets in place of a frame."""

    to_server: Hook = lambda command, _: [command]
    """Returns what the server gets in place of a command."""

    to_post: Callable[[Frame], Frame] = lambda command: command
    """Returns the command that the server gets in place of a posted one."""

    last_command: Frame | None = None
    """The command that the server gets when the client has closed a connection."""

    close_codes: Mapping[int, int] = field(default_factory=dict)
    """The close codes that the client gets in place of others."""

    to_origin: Callable[[dict[str, str]], dict[str, str]] = lambda headers: headers
    """Returns the headers of a handshake that the server gets."""

    refusal: Callable[[Connection, list[str], dict[str, str]], int] = lambda *_: 0
    """Returns the HTTP status with which a handshake with these subprotocols and headers is refused, or 0."""

    echo: Callable[[list[str], str | None], str | None] = lambda _, spoken: spoken
    """Returns the subprotocol that the client gets, from those offered and the one that the server speaks."""

    to_events: Callable[[bytes], bytes] = lambda event: event
    """Returns the replacement for an event of a stream."""

    route: Callable[[Connection], str] = lambda connection: connection.path
    """Returns the path that the server gets."""

    respond: ResponseHook = lambda _, status, body: (status, body)
    """Returns the status and the JSON that the client gets in place of these; the JSON is None if there is none."""

    hidden_header: str = ""
    """A response header that the client does not get."""

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
        self._shared: dict[Any, Any] = {}
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
        connection = Connection(request.path_qs, self._shared)
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._pass_socket(request, connection)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_HEADERS}
        body = self._change_post(request.path, await request.read())
        url = self._upstream + self._fault.route(connection)
        async with self._session.request(
            request.method, url, headers=headers, data=body, allow_redirects=False
        ) as answer:
            hidden = {*HOP_HEADERS, self._fault.hidden_header}
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in hidden}
            is_json = answer.content_type == "application/json"
            status, changed = self._fault.respond(connection, answer.status, await answer.json() if is_json else None)
            if is_json:
                return web.Response(status=status, headers=kept, body=json.dumps(changed).encode())
            response = web.StreamResponse(status=status, headers=kept)
            await response.prepare(request)
            if answer.content_type == "text/event-stream":
                await self._pass_events(answer, response, connection)
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
                frames = self._change_frame(event[6:], connection)
                event = b"".join(b"data: " + json.dumps(frame).encode() + b"\n\n" for frame in frames)
            await response.write(self._fault.to_events(event))
            event = b""

    def _change_frame(self, text: bytes | str, connection: Connection) -> Iterable[Frame]:
        frame = json.loads(text)
        connection.frames += 1
        connection.is_signed_in |= frame["type"] == "auth.success"
        return self._fault.to_client(frame, connection)

    async def _pass_socket(self, request: web.Request, connection: Connection) -> web.StreamResponse:
        offered = [p.strip() for p in request.headers.get("Sec-WebSocket-Protocol", "").split(",") if p.strip()]
        headers = {name: request.headers[name] for name in ("Host", "Origin") if name in request.headers}
        if status := self._fault.refusal(connection, offered, headers):
            return web.Response(status=status)
        try:
            server = await self._session.ws_connect(
                self._upstream + self._fault.route(connection),
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
        pumps = [
            asyncio.create_task(self._pump_to_client(server, client, connection)),
            asyncio.create_task(self._pump_to_server(client, server, connection)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await cancel_and_wait(*pumps)
            if self._fault.last_command and not server.closed:
                await server.send_str(json.dumps(self._fault.last_command))
            await server.close()
        return client

    async def _pump_to_client(
        self, server: aiohttp.ClientWebSocketResponse, client: web.WebSocketResponse, connection: Connection
    ) -> None:
        async for message in server:
            for frame in self._change_frame(message.data, connection):
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
        code = server.close_code or 1006
        await client.close(code=self._fault.close_codes.get(code, code))

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
            connection.commands.append(command)
            for changed in self._fault.to_server(command, connection):
                await server.send_str(json.dumps(changed))
