"""The body of a streamed completion: server-sent events whose ids are positions."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import NamedTuple, Self
from uuid import UUID

from django.conf import settings

from apps.chat.completions.errors import KEY_ENDED, WORKER_ENDED, CallFailedError, NoSuchCallError
from apps.chat.completions.follow import CallChunks, CallEnded, follow_call
from apps.chat.edges.openai.failures import encode_failure_event
from apps.chat.live.user_connections import user_connections
from apps.core.errors import AppError
from apps.core.tasks import spawn
from apps.users.auth import KeyPrincipal

PING_SECONDS = 15.0
KNOWN_WITHIN_SECONDS = 0.5
"""Seconds to wait for NoSuchCallError: a call that is silent for longer exists."""


_EVENT_ID = re.compile(r"([0-9a-f]{32})-([0-9]{1,15})")


class EventId(NamedTuple):
    """A position in a call: after its chunk `number`."""

    call_id: UUID
    number: int

    def __str__(self) -> str:
        return f"{self.call_id.hex}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the value of `Last-Event-ID`; raises NoSuchCallError for an id that is not one of ours."""
        found = _EVENT_ID.fullmatch(text)
        if found is None:
            raise NoSuchCallError
        return cls(UUID(hex=found[1]), int(found[2]))


class CompletionStream:
    """The events of one call, until the call or the client ends; ends itself if the response is not read."""

    def __init__(self, principal: KeyPrincipal, after: EventId) -> None:
        """Continue after a position; the user of the key has taken a slot among the user's connections."""
        self.key_id = principal.key_id
        self._user_id = principal.user_id
        self._events = _encode_events(after)
        self._loop = asyncio.get_running_loop()
        self._next: asyncio.Task[bytes | None] | None = None
        self._has_ended = False
        self._stop_code: str | None = None
        self._unread_timer = self._loop.call_later(settings.COMPLETION_BEGIN_SECONDS, self._end)
        _open.add(self)

    async def begin(self) -> None:
        """Start to follow the call; raises NoSuchCallError if it is not kept."""
        self._next = spawn(self._read_next(), name="completion-stream")
        try:
            await asyncio.wait([self._next], timeout=KNOWN_WITHIN_SECONDS)
        except BaseException:
            self._end()  # The client has left.
            raise
        if self._next.done() and isinstance(error := self._next.exception(), NoSuchCallError):
            self._end()
            raise error

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        self._unread_timer.cancel()
        if self._has_ended:
            raise StopAsyncIteration
        if self._next is None and self._stop_code is not None:
            return self._fail(CallFailedError(self._stop_code))
        if self._next is None:
            self._next = spawn(self._read_next(), name="completion-stream")
        try:
            await asyncio.wait([self._next], timeout=PING_SECONDS)
        except asyncio.CancelledError:
            self._end()
            raise
        if not self._next.done():
            return b": ping\n\n"
        taken, self._next = self._next, None
        if taken.cancelled():
            return self._fail(CallFailedError(self._stop_code or WORKER_ENDED))
        if (error := taken.exception()) is not None:
            return self._fail(error if isinstance(error, AppError) else AppError())
        event = taken.result()
        if event is None:
            self._end()
            raise StopAsyncIteration
        return event

    def close(self) -> None:
        """End with the response; Django calls it from another thread, including when the client has disconnected."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end)

    def stop(self, code: str) -> None:
        """End with this code; after `WORKER_ENDED`, the client may resume on another worker."""
        self._stop_code = code
        if self._next is not None:
            self._next.cancel()

    async def _read_next(self) -> bytes | None:
        return await anext(self._events, None)

    def _fail(self, error: AppError) -> bytes:
        self._end()
        return f"data: {encode_failure_event(error)}\n\n".encode()

    def _end(self) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        self._unread_timer.cancel()
        _open.discard(self)
        user_connections.release(self._user_id)
        spawn(self._leave(), name="completion-left")

    async def _leave(self) -> None:
        if self._next is not None:
            self._next.cancel()
            await asyncio.wait([self._next])
        await self._events.aclose()


_open: set[CompletionStream] = set()


def stop_streams() -> None:
    for stream in list(_open):
        stream.stop(WORKER_ENDED)


def list_stream_keys() -> set[UUID]:
    """Return the keys of all streams: a key may resume the call of another key of its user."""
    return {stream.key_id for stream in _open}


def stop_streams_for_keys(key_ids: set[UUID]) -> None:
    for stream in list(_open):
        if stream.key_id in key_ids:
            stream.stop(KEY_ENDED)


async def _encode_events(after: EventId) -> AsyncGenerator[bytes]:
    call_id = after.call_id
    async with aclosing(follow_call(call_id, after.number)) as events:
        async for event in events:
            match event:
                case CallChunks(first=first, chunks=chunks):
                    lines = (f"id: {EventId(call_id, first + i)}\ndata: {text}\n\n" for i, text in enumerate(chunks))
                    yield "".join(lines).encode()
                case CallEnded(number=number, error_code=code):
                    data = "[DONE]" if code is None else encode_failure_event(CallFailedError(code))
                    yield f"id: {EventId(call_id, number)}\ndata: {data}\n\n".encode()
