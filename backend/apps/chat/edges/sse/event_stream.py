"""The response of one event stream, from its first read to its end (docs/protocol.md, section 9)."""

import asyncio
from abc import abstractmethod
from collections.abc import Collection
from typing import Self

import structlog
from django.conf import settings

from apps.chat.edges.sse.stream_line import StreamLine
from apps.chat.live.closing import TOO_MANY_SOCKETS, TooManySocketsError
from apps.chat.live.connection import Reader
from apps.chat.live.followers import SocketClosedError
from apps.chat.live.quotas import user_sockets
from apps.chat.notify.subscription import subscribe
from apps.chat.protocol.encoding import encode_refusal
from apps.core.errors import AppError, TemporarilyUnavailableError
from apps.core.tasks import spawn

logger = structlog.get_logger(__name__)

INTERNAL_FAULT = 1011


class EventStream[R: Reader]:
    """The body of a response, from its first reading on until either side ends it."""

    def __init__(self, reader: R, line: StreamLine) -> None:
        """Speak to `reader`, whose line is `line`."""
        self.reader = reader
        self.line = line
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None

    # What each kind of stream has of its own -------------------------------------------------------------------------

    @abstractmethod
    def groups(self) -> Collection[str]:
        """Return the groups whose notices it hears."""

    @abstractmethod
    async def begin(self) -> bool:
        """Send what an `auth` would be answered with; False where it was refused."""

    @abstractmethod
    async def leave_reader(self) -> None:
        """Take the reader out of what it was entered in."""

    # The response ---------------------------------------------------------------------------------------------------

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if self._task is None:
            self._task = spawn(self._attend(), name="event-stream")
        try:
            event = await self.line.take()
        except asyncio.CancelledError:
            self._leave()
            raise
        if event is None:
            raise StopAsyncIteration
        return event

    def close(self) -> None:
        """End with the response; Django calls it when the client has gone too, on a thread of its own."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._leave)

    async def refuse(self, error: AppError, code: int) -> None:
        """Tell the client why, and close."""
        try:
            await self.line.send_text(encode_refusal(error))
        except SocketClosedError:
            return
        await self.line.close(code)

    def _leave(self) -> None:
        self.line.hang_up()
        if self._task is not None:
            self._task.cancel()

    async def _attend(self) -> None:
        user_id = self.reader.principal.user_id
        if not user_sockets.take(user_id, settings.SOCKETS_PER_USER):
            await self.refuse(TooManySocketsError(), TOO_MANY_SOCKETS)
            return
        try:
            await self._speak_and_hear()
        except SocketClosedError:
            return
        except Exception:  # Whatever it is: the client comes back.
            logger.exception("event_stream_failed")
            await self.refuse(TemporarilyUnavailableError(retry_after=1), INTERNAL_FAULT)
        finally:
            user_sockets.give_back(user_id)
            await self.leave_reader()

    async def _speak_and_hear(self) -> None:
        # Before the state is read: what happens in between comes as a notification after it.
        async with subscribe(*self.groups()) as notifications:
            if await self.begin():
                async for notification in notifications:
                    await self.reader.hear(notification)
