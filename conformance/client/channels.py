"""The two kinds of connection of a scripted server: a WebSocket, and event streams with commands by POST."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from time import time
from typing import Any

from aiohttp import WSMsgType, web

from conformance.client.frames import complete
from conformance.client.patterns import Variables, fill

SUBPROTOCOL = "ai-chat.2026-12"

FRAGMENT_BYTES = 7
"""At most 125: longer fragments need a longer header."""

PIECE_SECONDS = 0.02
"""The pause between pieces of a stream, so that they arrive separately."""

CHECK_SECONDS = 0.02
"""How often a stream checks whether its client has left."""


class Deviation(Exception):
    """The client deviated from the scenario, so that the rest of it makes no sense."""


class SocketChannel:
    """A WebSocket, as a scenario plays it."""

    def __init__(self, request: web.Request) -> None:
        # Not compressed: at the end of a connection, Node discards what it has not unpacked yet.
        self.response = web.WebSocketResponse(protocols=[SUBPROTOCOL], timeout=1, compress=False)
        self.arrived = asyncio.get_running_loop().time()
        """When the last command arrived, by the clock of the loop."""
        self._request = request

    async def read(self, seconds: float | None) -> dict[str, Any] | None:
        """Return the next command, or None at the end of the connection; raises TimeoutError."""
        message = await self.response.receive(timeout=seconds)
        self.arrived = asyncio.get_running_loop().time()
        return decode(message.data) if message.type is WSMsgType.TEXT else None

    async def send(self, text: str) -> None:
        await self.response.send_str(text)

    async def play(self, step: dict[str, Any], variables: Variables) -> None:
        """Send a binary message, or a frame in fragments."""
        match step:
            case {"binary": text}:
                await self.response.send_bytes(text.encode())
            case {"fragments": frame} if self._request.transport is not None:
                for fragment in divide(json.dumps(complete(fill(frame, variables)), ensure_ascii=False)):
                    self._request.transport.write(fragment)
                    await asyncio.sleep(0)

    async def close(self, code: int) -> None:
        await self.response.close(code=code)

    async def cut(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()


@dataclass
class Post:
    """A posted command, and the response to it; None: the connection is cut."""

    command: dict[str, Any]
    arrived: float
    response: asyncio.Future[web.Response | None] = field(default_factory=asyncio.Future)


class StreamChannel:
    """An event stream. Its request counts as the command `auth`; the other commands are posted."""

    def __init__(self, request: web.Request) -> None:
        self.response: web.StreamResponse | None = None
        self.posts: asyncio.Queue[Post] = asyncio.Queue()
        """The commands that arrived while this was the newest stream."""

        self.arrived = asyncio.get_running_loop().time()
        self._request = request
        self._first: dict[str, Any] | None = read_sign_in(request)
        self._has_ended = False
        self._unanswered: Post | None = None

    async def read(self, seconds: float | None) -> dict[str, Any] | None:
        if self._first is not None:
            command, self._first = self._first, None
            return command
        async with asyncio.timeout(seconds):
            while not (self.is_over() and self.posts.empty()):
                with contextlib.suppress(TimeoutError):
                    post = await asyncio.wait_for(self.posts.get(), CHECK_SECONDS)
                    self._unanswered, self.arrived = post, post.arrived
                    return post.command
        return None

    async def send(self, text: str) -> None:
        """Send a frame as an event."""
        await self._write(f"data: {text}\n\n".encode())

    async def play(self, step: dict[str, Any], variables: Variables) -> None:
        """Send bytes as they are, or answer the last request."""
        match step:
            case {"raw": pieces}:
                for piece in pieces:
                    await self._write(piece.encode("latin-1"))
                    await asyncio.sleep(PIECE_SECONDS)
            case {"answer": {"cut": True}} if self._unanswered is not None:
                self._unanswered.response.set_result(None)
            case {"answer": answer} if self._unanswered is not None:
                self._unanswered.response.set_result(respond(answer, variables, self._request))
            case {"answer": answer}:
                self.response = respond(answer, variables, self._request)
                self._has_ended = True
            case {"end": _}:
                await self.end()

    async def close(self, code: int) -> None:
        """Send the code as the last event."""
        await self._write(f'event: close\ndata: {{"code": {code}}}\n\n'.encode())
        await self.end()

    async def end(self) -> None:
        if not self._has_ended and self.response is not None:
            self._has_ended = True
            with contextlib.suppress(ConnectionError):
                await self.response.write_eof()

    async def cut(self) -> None:
        if self._request.transport is not None:
            self._request.transport.abort()

    def release(self) -> None:
        """Cut the request that the scenario has not answered."""
        if self._unanswered is not None and not self._unanswered.response.done():
            self._unanswered.response.set_result(None)

    async def _write(self, content: bytes) -> None:
        if self.response is None:
            self.response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await self.response.prepare(self._request)
        await self.response.write(content)

    def is_over(self) -> bool:
        """Whether the stream has ended or its client has left."""
        transport = self._request.transport
        return self._has_ended or transport is None or transport.is_closing()


type Channel = SocketChannel | StreamChannel


def read_sign_in(request: web.Request) -> dict[str, Any]:
    """Return the request for a stream as the command `auth`."""
    query = request.query
    resume: dict[str, Any] | None = None
    if query:
        resume = {name: query.get(name) for name in ("message_id", "run", "seq")}
        resume |= {name: int(query[name]) for name in ("run", "seq") if query.get(name, "").isdecimal()}
    return {"type": "auth", "token": read_token(request), "resume": resume}


def read_token(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")


def respond(answer: dict[str, Any], variables: Variables, request: web.Request) -> web.Response:
    """Return the response that a scenario describes."""
    kind, text = answer.get("content_type", "text/html"), answer.get("body", "")
    if "frame" in answer or "json" in answer:
        content = complete(fill(answer["frame"], variables)) if "frame" in answer else answer["json"]
        kind, text = answer.get("content_type", "application/json"), json.dumps(content)
    headers = {name: fill_header(value, request) for name, value in answer.get("headers", {}).items()}
    return web.Response(status=answer.get("status", 200), text=text, content_type=kind, headers=headers)


def fill_header(value: str, request: web.Request) -> str:
    """Return the value of a header: `$in 2` is the date in two seconds, `$elsewhere` a URL of another origin."""
    if value.startswith("$in "):
        return formatdate(time() + float(value.removeprefix("$in ")), usegmt=True)
    return value.replace("$elsewhere", f"http://localhost:{request.url.port}/elsewhere")


def decode(text: str) -> dict[str, Any]:
    """Return a command; raises Deviation."""
    try:
        command = json.loads(text)
    except ValueError:
        command = None
    if not isinstance(command, dict):
        raise Deviation(f"P-2.1: a frame is not a JSON object: {text[:80]!r}")
    return command


def divide(text: str) -> Iterator[bytes]:
    """Yield a text message as WebSocket fragments of a few bytes each, which divide characters (RFC 6455, 5.4)."""
    content = text.encode()
    for start in range(0, len(content), FRAGMENT_BYTES):
        opcode = 0 if start else 1
        is_last = start + FRAGMENT_BYTES >= len(content)
        piece = content[start : start + FRAGMENT_BYTES]
        yield bytes([opcode | (0x80 if is_last else 0), len(piece)]) + piece
