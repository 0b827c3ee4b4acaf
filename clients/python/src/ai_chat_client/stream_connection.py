"""A connection without WebSocket: frames arrive as server-sent events, commands are posted (section 9)."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from ai_chat_client.close_codes import MALFORMED_ID, NO_CONVERSATION, SIGNED_OUT
from ai_chat_client.connection import OPEN_SECONDS, SUBPROTOCOL, ConnectionLostError, SilenceError, read_frame
from ai_chat_client.errors import ApiError, SignedOutError
from ai_chat_client.event_stream import EventParser
from ai_chat_client.response_body import Refusal, read_json, read_refusal
from ai_chat_client.retry_after import retry_after_of
from ai_chat_client.session import Session
from ai_chat_client.wire import ClientFrame

OK = 200
UNAUTHORIZED = 401
TOO_LARGE = 413
NO_CONTENT = 204
FIRST_REFUSAL, FIRST_FAILURE = 400, 500
RETRYABLE = {408, 425, 429}
"""4xx after which the same request may succeed."""

CLOSE_CODES = {404: NO_CONVERSATION, 422: MALFORMED_ID}
"""The close code of a socket, by the status of a refusal of the server."""

TRIAL_SECONDS = 60.0
UNLIMITED = aiohttp.ClientTimeout(total=None, sock_connect=OPEN_SECONDS)

Frame = dict[str, Any]


class StreamConnection:
    """An event stream of a conversation, and POST requests for its commands. Raises ConnectionLostError."""

    def __init__(self, session: Session, conversation_id: str) -> None:
        self._session = session
        self._path = f"/api/conversations/{conversation_id}"
        self._socket_path = f"/ws/chat/{conversation_id}/"
        self._arrived: asyncio.Queue[Frame | ConnectionLostError] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._reader: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, session: Session, conversation_id: str) -> AsyncIterator["StreamConnection"]:
        """Open a connection for the duration of the block, beginning with `auth`."""
        connection = cls(session, conversation_id)
        connection._spawn(connection._try_sockets())
        try:
            yield connection
        finally:
            await connection._end()

    async def send(self, command: ClientFrame) -> None:
        """Make the request that does what a command says."""
        if command["type"] == "auth":
            self._follow(command["token"], command.get("resume"))
        elif command["type"] == "chat.follow":
            position = {name: command[name] for name in ("message_id", "run", "seq")}
            self._follow(await self._session.access_token(), position)
        else:
            self._spawn(self._post(dict(command)))

    async def receive(self, seconds: float) -> Frame:
        """Return the next frame, if it arrives in time."""
        try:
            async with asyncio.timeout(max(seconds, 0)):
                arrived = await self._arrived.get()
        except TimeoutError:
            raise SilenceError(None) from None
        if isinstance(arrived, ConnectionLostError):
            raise arrived
        return arrived

    # Events ---------------------------------------------------------------------------------------------------------

    def _follow(self, token: str, position: Any) -> None:
        if self._reader is not None:
            self._reader.cancel()
        self._reader = self._spawn(self._read(token, position or {}))

    async def _read(self, token: str, position: dict[str, Any]) -> None:
        parser = EventParser()
        async with self._request("GET", "/events", token, params=position) as response:
            if response.status != OK:
                raise await self._refused_stream(response)
            if response.content_type != "text/event-stream":
                raise ConnectionLostError(None, retry_after_of(response))
            async for content in response.content.iter_any():
                for event in parser.feed(content):
                    self._take(event.kind, event.data)
        raise ConnectionLostError(None)

    def _take(self, kind: str, data: str) -> None:
        if kind == "close":
            body = json.loads(data)
            raise ConnectionLostError(body.get("code") if isinstance(body, dict) else None)
        if kind == "comment":
            self._arrived.put_nowait({"type": "ping"})
        elif kind == "message" and (frame := read_frame(data)) is not None:
            self._arrived.put_nowait(frame)

    async def _refused_stream(self, response: aiohttp.ClientResponse) -> ConnectionLostError:
        """Return the error for a response that is not a stream (P-9.9)."""
        if response.status == UNAUTHORIZED:
            return ConnectionLostError(SIGNED_OUT)
        code = CLOSE_CODES.get(response.status) if await read_refusal(response) else None
        return ConnectionLostError(code, retry_after_of(response))

    # Commands -------------------------------------------------------------------------------------------------------

    async def _post(self, command: dict[str, Any]) -> None:
        """Post a command, again with another token if the first is refused, and process the response (P-9.8)."""
        token = await self._session.access_token()
        for may_renew in (True, False):
            async with self._request("POST", "/commands", token, json=command) as response:
                if response.status != UNAUTHORIZED:
                    await self._take_response(command, response)
                    return
            if may_renew:
                await self._session.renew(token)
                token = await self._session.access_token()
        raise ConnectionLostError(SIGNED_OUT)

    async def _take_response(self, command: dict[str, Any], response: aiohttp.ClientResponse) -> None:
        if response.status == NO_CONTENT:
            return
        if response.ok:
            frame = await read_json(response)
            if frame is None or not isinstance(frame.get("type"), str):
                raise ConnectionLostError(None)
            # Any other frame also comes in the stream, in its order.
            if frame["type"] in {"chat.accepted", "pong"}:
                self._arrived.put_nowait(frame)
            return
        refusal = await read_refusal(response)
        if refusal is None:
            refusal = refusal_by_proxy(response)
        if refusal is None:
            raise ConnectionLostError(None, retry_after_of(response))
        fields = {**refusal._asdict(), "client_id": command.get("client_id")}
        given = {name: value for name, value in fields.items() if value is not None}
        self._arrived.put_nowait({"type": "chat.error", **given})

    # Requests -------------------------------------------------------------------------------------------------------

    def _request(self, method: str, path: str, token: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        url = self._session.url + self._path + path
        # A redirect would lead the token or the command elsewhere (P-9.10).
        fixed: dict[str, Any] = {"allow_redirects": False, "timeout": UNLIMITED, "headers": headers}
        return self._session.http.request(method, url, **fixed, **options)

    async def _try_sockets(self) -> None:
        """Try a WebSocket once a minute, and give the stream up when one works (P-9.7)."""
        while True:
            await asyncio.sleep(TRIAL_SECONDS)
            try:
                url = self._session.url + self._socket_path
                async with asyncio.timeout(OPEN_SECONDS), self._session.http.ws_connect(url, protocols=[SUBPROTOCOL]):
                    self._session.failed_handshakes = 0
            except (aiohttp.ClientError, OSError):
                continue
            raise ConnectionLostError(None)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(self._guard(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        """Do the work; its failure ends the connection."""
        try:
            await work
        except ConnectionLostError as error:
            self._arrived.put_nowait(error)
        except SignedOutError:
            self._arrived.put_nowait(ConnectionLostError(SIGNED_OUT))
        except ApiError as error:
            self._arrived.put_nowait(ConnectionLostError(None, error.retry_after))
        except (aiohttp.ClientError, OSError, ValueError):
            self._arrived.put_nowait(ConnectionLostError(None))

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


def refusal_by_proxy(response: aiohttp.ClientResponse) -> Refusal | None:
    """Return the refusal of a proxy, by the status of its response; None if that says nothing about the command."""
    status, retry_after = response.status, retry_after_of(response)
    if status == TOO_LARGE:
        return Refusal("TOO_LARGE", "The command is too large.", retry_after)
    if FIRST_REFUSAL <= status < FIRST_FAILURE and status not in RETRYABLE:
        return Refusal("HTTP_ERROR", f"A proxy refused the command with HTTP {status}.", retry_after)
    return None
