"""The scripted server: plays one scenario over HTTP and WebSocket, and notes what the client did wrong."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import WSMsgType, web

from conformance.client.frames import CONVERSATION, NAMES, complete
from conformance.client.patterns import Variables, fill, find_difference
from conformance.client.scenario import Scenario, Step

SUBPROTOCOL = "ai-chat.2026-12"
GONE = 4004
PATIENCE = 10.0
"""Seconds to wait for a command."""

FRAGMENT = 7
"""Bytes; at most 125, which need no longer header."""


class Strayed(Exception):
    """The client did not do what the scenario expects, so that the rest of it makes no sense."""


class ScriptedServer:
    """Plays a scenario: the n-th connection of the client gets the n-th list of steps."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.faults: list[str] = []
        """The violations of the client, as sentences."""

        self.variables: Variables = dict(NAMES)
        self.opened = 0
        self.url = ""
        self.played = asyncio.Event()
        """Set when the last connection has ended."""

        self.strayed = asyncio.Event()
        """Set when the client has done something wrong: it has failed, whatever it concludes."""

        self._refreshed = 0
        """Refresh tokens that have been spent."""

        self._refreshes = 0
        self._played = 0

    @asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[None]:
        """Serve, at `url`, until the block ends."""
        application = web.Application()
        application.add_routes(
            [
                web.get("/ws/chat/{conversation_id}{slash:/?}", self._connect),
                web.post("/api/auth/token/refresh", self._refresh),
                web.get("/api/conversations/{conversation_id}/messages", self._list_messages),
                web.get("/api/conversations/{conversation_id}", self._show_conversation),
            ]
        )
        runner = web.AppRunner(application, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, host, port)
        await site.start()
        self.url = f"http://{host}:{runner.addresses[0][1]}"
        try:
            yield
        finally:
            await runner.cleanup()

    def find_faults(self) -> list[str]:
        """Return what the client did wrong, at the end of the scenario."""
        expected = len(self.scenario.connections) - self.scenario.optional
        if not self.faults and self._played < expected:
            return [f"{self._played} of {expected} connections were played to their end"]
        return self.faults

    # HTTP -----------------------------------------------------------------------------------------------------------

    async def _refresh(self, request: web.Request) -> web.Response:
        body = await request.json()
        number = self._refreshed + 1
        if body.get("refresh") != f"refresh-{number}":
            self._blame(f"the refresh token is {body.get('refresh')!r}, not 'refresh-{number}'")
        statuses = self.scenario.refresh if isinstance(self.scenario.refresh, list) else [self.scenario.refresh]
        status = statuses[min(self._refreshes, len(statuses) - 1)]
        self._refreshes += 1
        if status != 200:
            refusal = {"error": "The token is not valid.", "code": "AUTH_FAILED"}
            return web.json_response(refusal, status=status)
        self._refreshed = number
        number += 1
        return web.json_response({"access": f"access-{number}", "refresh": f"refresh-{number}"})

    async def _list_messages(self, _request: web.Request) -> web.Response:
        page = {"messages": [], "total": 0, "offset": 0, "page": None, "page_size": 50, "has_more": False}
        return web.json_response(page)

    async def _show_conversation(self, _request: web.Request) -> web.Response:
        times = dict.fromkeys(("created_at", "updated_at"), "2026-01-31T08:00:00.000Z")
        fields: dict[str, Any] = {"title": "", "model": "gpt-4o", "leaf_id": None, "revision": 7}
        settings = {"system_prompt": "", "temperature": 1.0, "reasoning_effort": ""}
        flags = {"is_archived": False, "is_pinned": False}
        return web.json_response({"id": CONVERSATION, **fields, **settings, **flags, **times})

    # WebSocket ------------------------------------------------------------------------------------------------------

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        number = self.opened
        self.opened += 1
        if number >= len(self.scenario.connections):
            self._blame(f"the client opened more than {len(self.scenario.connections)} connections")
            return await self._send_away(request)
        steps = self.scenario.connections[number]
        self._check_handshake(request)
        if "refuse" in steps[0]:
            self._played += 1
            return web.Response(status=steps[0]["refuse"])
        # Not compressed: at the end of a connection, Node discards what it has not unpacked yet.
        socket = web.WebSocketResponse(protocols=[SUBPROTOCOL], timeout=1, compress=False)
        await socket.prepare(request)
        try:
            for step in steps[:-1]:
                await self._play(step, socket, request)
            ends = "close" in steps[-1] or "cut" in steps[-1]
            self._played += ends  # The client may be through with it before the connection has ended.
            await self._play(steps[-1], socket, request)
            self._played += not ends
            await self._expect_nothing(socket, None)
        except Strayed as strayed:
            self._blame(f"connection {number + 1}: {strayed}")
            await socket.close(code=GONE)
        if number + 1 == len(self.scenario.connections):
            self.played.set()
        return socket

    async def _send_away(self, request: web.Request) -> web.WebSocketResponse:
        """Close at once with the code after which a client gives up."""
        # Not compressed: at the end of a connection, Node discards what it has not unpacked yet.
        socket = web.WebSocketResponse(protocols=[SUBPROTOCOL], timeout=1, compress=False)
        await socket.prepare(request)
        await socket.close(code=GONE)
        return socket

    def _check_handshake(self, request: web.Request) -> None:
        if request.match_info["conversation_id"] != CONVERSATION:
            self._blame(f"the path is {request.path}")
        if request.query_string:
            self._blame("P-13.1: the address has a query")
        if SUBPROTOCOL not in request.headers.get("Sec-WebSocket-Protocol", ""):
            self._blame(f"P-10.1: the client does not offer {SUBPROTOCOL}")

    async def _play(self, step: Step, socket: web.WebSocketResponse, request: web.Request) -> None:
        match step:
            case {"expect": pattern}:
                await self._expect(pattern, socket)
            case {"send": frame}:
                await self._send(json.dumps(complete(fill(frame, self.variables))), socket)
            case {"text": text}:
                await self._send(text, socket)
            case {"binary": text}:
                await socket.send_bytes(text.encode())
            case {"fragments": frame} if request.transport is not None:
                for fragment in divide(json.dumps(complete(fill(frame, self.variables)), ensure_ascii=False)):
                    request.transport.write(fragment)
                    await asyncio.sleep(0)
            case {"quiet": seconds}:
                await self._expect_nothing(socket, seconds)
            case {"close": code}:
                await socket.close(code=code)
            case {"cut": _} if request.transport is not None:
                request.transport.abort()

    async def _send(self, text: str, socket: web.WebSocketResponse) -> None:
        # A client that has disconnected is not blamed for frames it does not get: the next step says whether it should
        # have stayed.
        with contextlib.suppress(ConnectionError):
            await socket.send_str(text)

    async def _expect(self, pattern: Step, socket: web.WebSocketResponse) -> None:
        while True:
            try:
                command = await self._read(socket, PATIENCE)
            except TimeoutError:
                raise Strayed(f"{pattern} did not come within {PATIENCE:g} s") from None
            if command is None:
                raise Strayed(f"the client closed the connection instead of sending {pattern}")
            difference = find_difference(pattern, command, self.variables, str(command.get("type")))
            if difference is None:
                return
            if not self._is_tolerated(command):
                raise Strayed(f"{difference} (the command was {json.dumps(command)})")

    async def _expect_nothing(self, socket: web.WebSocketResponse, seconds: float | None) -> None:
        """Read for some seconds, or until the end of the connection; raises Strayed if a command comes."""
        with contextlib.suppress(TimeoutError):
            while (command := await self._read(socket, seconds)) is not None:
                if not self._is_tolerated(command):
                    raise Strayed(f"the client sent {json.dumps(command)}, where nothing was expected")

    def _is_tolerated(self, command: Step) -> bool:
        patterns = [{"type": "ping"}, {"type": "pong"}, *self.scenario.tolerate]
        # A copy: a pattern that does not match must not leave variables behind.
        return any(find_difference(pattern, command, dict(self.variables)) is None for pattern in patterns)

    async def _read(self, socket: web.WebSocketResponse, seconds: float | None) -> Step | None:
        """Return the next command, or None at the end of the connection; raises TimeoutError."""
        message = await socket.receive(timeout=seconds)
        if message.type is not WSMsgType.TEXT:
            return None
        try:
            command = json.loads(message.data)
        except ValueError:
            command = None
        if not isinstance(command, dict):
            raise Strayed(f"P-2.1: a frame is not a JSON object: {message.data[:80]!r}")
        return command

    def _blame(self, fault: str) -> None:
        if fault not in self.faults:
            self.faults.append(fault)
        self.strayed.set()


def divide(text: str) -> Iterator[bytes]:
    """Yield a text message as WebSocket fragments of a few bytes each, which divide characters (RFC 6455, 5.4)."""
    content = text.encode()
    for start in range(0, len(content), FRAGMENT):
        opcode = 0 if start else 1
        is_last = start + FRAGMENT >= len(content)
        piece = content[start : start + FRAGMENT]
        yield bytes([opcode | (0x80 if is_last else 0), len(piece)]) + piece
