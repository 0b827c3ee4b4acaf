"""The body of a response of server-sent events (docs/protocol.md, section 9)."""

import asyncio
from contextlib import suppress
from typing import Self

import structlog

from apps.chat.answers.errors import NoConversationError
from apps.chat.edges.sse.connection import EventStreamConnection
from apps.chat.live.client import SignedInClient
from apps.chat.live.connection import CloseCode, ConnectionClosedError, TooManyConnectionsError
from apps.chat.live.user_connections import user_connections
from apps.chat.notify.subscription import subscribe
from apps.chat.protocol.commands import AnswerPosition
from apps.chat.protocol.encoding import encode_refusal
from apps.core.errors import AppError, TemporarilyUnavailableError
from apps.core.outages import log_failure
from apps.core.tasks import spawn

logger = structlog.get_logger(__name__)


class EventStream:
    """Serves one client from the first read of the response until either side ends it."""

    def __init__(
        self, client: SignedInClient, connection: EventStreamConnection, resume: AnswerPosition | None = None
    ) -> None:
        """Serve `client` through its `connection`; `resume` is the position to continue from."""
        self._client = client
        self._connection = connection
        self._resume = resume
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if self._task is None:
            self._task = spawn(self._serve(), name="event-stream")
        try:
            event = await self._connection.next_event()
        except asyncio.CancelledError:
            self._end()
            raise
        if event is None:
            raise StopAsyncIteration
        return event

    def close(self) -> None:
        """End with the response; Django calls it from another thread, also when the client has disconnected."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        self._connection.disconnect()
        if self._task is not None:
            self._task.cancel()

    async def _serve(self) -> None:
        user_id = self._client.principal.user_id
        try:
            await user_connections.acquire(user_id)
        except TooManyConnectionsError as error:
            await self._refuse(error, CloseCode.TOO_MANY_CONNECTIONS)
            return
        try:
            await self._enter_and_receive()
        except ConnectionClosedError:
            return
        except NoConversationError as error:
            await self._refuse(error, CloseCode.NOT_FOUND)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client connects again
            log_failure(logger, "event_stream_failed", error)
            await self._refuse(TemporarilyUnavailableError(retry_after=1), CloseCode.INTERNAL_FAULT)
        finally:
            user_connections.release(user_id)
            await self._client.leave()

    async def _enter_and_receive(self) -> None:
        async with subscribe(*self._client.groups) as notifications:
            try:
                await self._client.enter(self._resume)
            except NoConversationError:
                raise
            except AppError as error:
                await self._connection.send_text(encode_refusal(error))
            async for notification in notifications:
                await self._client.receive_notification(notification)

    async def _refuse(self, error: AppError, code: CloseCode) -> None:
        with suppress(ConnectionClosedError):
            await self._connection.send_text(encode_refusal(error))
            await self._connection.close(code)
