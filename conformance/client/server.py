"""The scripted server: plays one scenario over HTTP and WebSocket, and records the client's violations."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from conformance.client.channels import (
    SUBPROTOCOL,
    Channel,
    Deviation,
    Post,
    SocketChannel,
    StreamChannel,
    decode,
    read_token,
)
from conformance.client.frames import CONVERSATION, NAMES, complete
from conformance.client.patterns import Variables, fill, find_difference
from conformance.client.scenario import Scenario, Step
from conformance.web_server import serve_application

FORBIDDEN = 403
GONE = 4004
ENDS = {"close", "cut", "end", "answer"}
"""Steps after which the client may have to wait (`not_before`)."""

PATIENCE_SECONDS = 10.0
"""Seconds to wait for a command."""


class ScriptedServer:
    """Plays a scenario: the n-th connection of the client gets the n-th list of steps."""

    def __init__(self, scenario: Scenario, patience: float = PATIENCE_SECONDS) -> None:
        self.scenario = scenario
        self._patience = patience
        self.violations: list[str] = []
        """The violations of the client, as sentences."""

        self.variables: Variables = dict(NAMES)
        self.opened = 0
        self.url = ""
        self.played = asyncio.Event()
        """Set when the last connection has ended."""

        self.deviated = asyncio.Event()
        """Set when the client has deviated from the scenario: it has failed, whatever it concludes."""

        self._refreshed = 0
        """Refresh tokens that have been spent."""

        self._refreshes = 0
        self._played = 0
        self._stream: StreamChannel | None = None
        """The newest stream, which gets the posted commands."""

        self._early: list[Post] = []
        """Commands that were posted while no stream was open; the next one gets them."""

        self._ended_at = 0.0
        """When the server last ended a connection or answered a request, by the clock of the loop."""

    @asynccontextmanager
    async def serve(self, port: int = 0) -> AsyncIterator[None]:
        """Serve, at `url`, until the block ends."""
        application = web.Application()
        application.add_routes(
            [
                web.get("/ws/chat/{conversation_id}{slash:/?}", self._connect),
                web.post("/api/auth/token/refresh", self._refresh),
                web.get("/api/conversations/{conversation_id}/messages", self._list_messages),
                web.get("/api/conversations/{conversation_id}", self._show_conversation),
                web.get("/api/conversations/{conversation_id}/events", self._open_stream),
                web.post("/api/conversations/{conversation_id}/commands", self._take_command),
                web.route("*", "/elsewhere", self._note_redirect),
            ]
        )
        async with serve_application(application, port, shutdown_timeout=0.1) as taken:
            self.url = f"http://127.0.0.1:{taken}"
            yield

    def find_violations(self) -> list[str]:
        """Return the client's violations, at the end of the scenario."""
        expected = len(self.scenario.connections) - self.scenario.optional
        if not self.violations and self._played < expected:
            return [f"{self._played} of {expected} connections were played to their end"]
        return self.violations

    # HTTP -----------------------------------------------------------------------------------------------------------

    async def _refresh(self, request: web.Request) -> web.Response:
        body = await request.json()
        number = self._refreshed + 1
        if body.get("refresh") != f"refresh-{number}":
            self._add_violation(f"the refresh token is {body.get('refresh')!r}, not 'refresh-{number}'")
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

    # Connections ----------------------------------------------------------------------------------------------------

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        self._check_handshake(request)
        if self.scenario.fallback:
            return web.Response(status=FORBIDDEN)
        number, steps = self._next_steps()
        if steps is not None and "refuse" in steps[0]:
            self._played += 1
            return web.Response(status=steps[0]["refuse"])
        channel = SocketChannel(request)
        await channel.response.prepare(request)
        if steps is None:
            await channel.close(GONE)  # The code after which a client gives up.
        else:
            await self._play_all(number, steps, channel)
        return channel.response

    async def _open_stream(self, request: web.Request) -> web.StreamResponse:
        if not self.scenario.fallback:
            self._add_violation("P-9.7: the client opened an event stream, although WebSocket is not blocked")
        number, steps = self._next_steps()
        self._stream = channel = StreamChannel(request)
        while self._early:
            channel.posts.put_nowait(self._early.pop(0))
        if steps is None:
            await channel.close(GONE)
        else:
            await self._play_all(number, steps, channel)
        channel.release()
        await channel.end()
        return channel.response or web.Response(status=500)

    async def _take_command(self, request: web.Request) -> web.Response:
        try:
            command = decode(await request.text())
        except Deviation as deviation:
            self._add_violation(str(deviation))
            command = {}
        if command.get("type") == "ping":
            return web.json_response({"type": "pong"})
        if command.get("type") == "pong":
            return web.Response(status=204)
        post = Post({**command, "token": read_token(request)}, asyncio.get_running_loop().time())
        if self._stream is None or self._stream.is_over():
            self._early.append(post)
        else:
            self._stream.posts.put_nowait(post)
        response = await post.response
        if response is not None:
            return response
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    async def _note_redirect(self, _request: web.Request) -> web.Response:
        self._add_violation("P-9.10: the client followed a redirect")
        return web.Response(status=500)

    def _next_steps(self) -> tuple[int, list[Step] | None]:
        """Return the number and the steps of the next connection, or None if there should be none."""
        self.opened += 1
        if self.opened <= len(self.scenario.connections):
            return self.opened, self.scenario.connections[self.opened - 1]
        self._add_violation(f"the client opened more than {len(self.scenario.connections)} connections")
        return self.opened, None

    async def _play_all(self, number: int, steps: list[Step], channel: Channel) -> None:
        try:
            for step in steps[:-1]:
                await self._play(step, channel)
            ends = bool((ENDS | {"raw"}) & set(steps[-1]))
            self._played += ends  # The client may have finished before the connection ends.
            await self._play(steps[-1], channel)
            self._played += not ends
            if "end" not in steps[-1]:
                await self._expect_nothing(channel, None)
        except Deviation as deviation:
            self._add_violation(f"connection {number}: {deviation}")
            with contextlib.suppress(ConnectionError):
                await channel.close(GONE)
        if number == len(self.scenario.connections):
            self.played.set()

    def _check_handshake(self, request: web.Request) -> None:
        if request.match_info["conversation_id"] != CONVERSATION:
            self._add_violation(f"the path is {request.path}")
        if request.query_string:
            self._add_violation("P-13.1: the URL has a query")
        if SUBPROTOCOL not in request.headers.get("Sec-WebSocket-Protocol", ""):
            self._add_violation(f"P-10.1: the client does not offer {SUBPROTOCOL}")

    async def _play(self, step: Step, channel: Channel) -> None:
        if ENDS & set(step):
            self._ended_at = asyncio.get_running_loop().time()
        match step:
            case {"expect": pattern}:
                await self._expect(pattern, channel)
            case {"send": frame}:
                await self._send(json.dumps(complete(fill(frame, self.variables))), channel)
            case {"text": text}:
                await self._send(text, channel)
            case {"quiet": seconds}:
                await self._expect_nothing(channel, seconds)
            case {"not_before": seconds}:
                waited = channel.arrived - self._ended_at
                if waited < seconds:
                    raise Deviation(f"P-9.10: the client came again after {waited:.2f} s, not {seconds:g}")
            case {"close": code}:
                await channel.close(code)
            case {"cut": _}:
                await channel.cut()
            case _:
                await channel.play(step, self.variables)

    async def _send(self, text: str, channel: Channel) -> None:
        # A client that has disconnected is not blamed for frames it does not get: the next step says whether it should
        # have stayed.
        with contextlib.suppress(ConnectionError):
            await channel.send(text)

    async def _expect(self, pattern: Step, channel: Channel) -> None:
        while True:
            try:
                command = await channel.read(self._patience)
            except TimeoutError:
                raise Deviation(f"{pattern} did not come within {self._patience:g} s") from None
            if command is None:
                raise Deviation(f"the client closed the connection instead of sending {pattern}")
            difference = find_difference(pattern, command, self.variables, str(command.get("type")))
            if difference is None:
                return
            if not self._is_tolerated(command):
                raise Deviation(f"{difference} (the command was {json.dumps(command)})")

    async def _expect_nothing(self, channel: Channel, seconds: float | None) -> None:
        """Read for some seconds, or until the end of the connection; raises Deviation if a command comes."""
        with contextlib.suppress(TimeoutError):
            while (command := await channel.read(seconds)) is not None:
                if not self._is_tolerated(command):
                    raise Deviation(f"the client sent {json.dumps(command)}, where nothing was expected")

    def _is_tolerated(self, command: Step) -> bool:
        patterns = [{"type": "ping"}, {"type": "pong"}, *self.scenario.tolerate]
        # A copy: a pattern that does not match must not leave variables behind.
        return any(find_difference(pattern, command, dict(self.variables)) is None for pattern in patterns)

    def _add_violation(self, violation: str) -> None:
        if violation not in self.violations:
            self.violations.append(violation)
        self.deviated.set()
