"""One reader of a conversation over an HTTP response: on a WebSocket in all but the line (PROTOCOL.md section 9)."""

import asyncio
from typing import Self
from uuid import UUID

import structlog
from channels.layers import get_channel_layer
from django.conf import settings

from apps.chat.events import Position
from apps.chat.protocol.frames import encode_error
from apps.chat.readers.closing import NO_CONVERSATION, TOO_MANY_SOCKETS, TooManySocketsError
from apps.chat.readers.conversation import ConversationReader
from apps.chat.readers.followers import SocketClosedError
from apps.chat.readers.sockets import open_sockets, user_sockets
from apps.chat.readers.stream_line import StreamLine
from apps.chat.services.errors import NoConversationError
from apps.chat.services.notices import conversation_group
from apps.chat.services.states import read_own_state
from apps.core.database import run_in_database
from apps.core.errors import AppError, TemporarilyUnavailableError
from apps.core.tasks import spawn
from apps.users.services.sessions import session_group

logger = structlog.get_logger(__name__)

INTERNAL_FAULT = 1011


class EventStream:
    """The body of a response, from its first reading on until either side ends it."""

    def __init__(self, reader: ConversationReader, line: StreamLine, resume: tuple[UUID, Position] | None) -> None:
        """Go on from `resume`, as after an `auth`."""
        self._reader = reader
        self._line = line
        self._resume = resume
        self._loop = asyncio.get_running_loop()
        self._task: asyncio.Task[None] | None = None

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if self._task is None:
            self._task = spawn(self._attend(), name="event-stream")
        try:
            event = await self._line.take()
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

    def _leave(self) -> None:
        self._line.hang_up()
        if self._task is not None:
            self._task.cancel()

    async def _attend(self) -> None:
        user_id = self._reader.principal.user_id
        if not user_sockets.take(user_id, settings.SOCKETS_PER_USER):
            await self._refuse(TooManySocketsError(), TOO_MANY_SOCKETS)
            return
        try:
            await self._speak_and_hear()
        except SocketClosedError:
            return
        except Exception:  # Whatever it is: the client comes back.
            logger.exception("event_stream_failed")
            await self._refuse(TemporarilyUnavailableError(retry_after=1), INTERNAL_FAULT)
        finally:
            open_sockets.discard(self._reader)
            user_sockets.give_back(user_id)
            await self._reader.followers.close()

    async def _speak_and_hear(self) -> None:
        reader, principal = self._reader, self._reader.principal
        layer = get_channel_layer()
        channel = await layer.new_channel()
        groups = (conversation_group(reader.conversation_id), session_group(principal.session_id))
        # Before the state is read: what happens in between comes as a notice after it.
        for group in groups:
            await layer.group_add(group, channel)
        try:
            state = await run_in_database(read_own_state, principal.user_id, reader.public_id)
            if state is None:
                await self._refuse(NoConversationError(), NO_CONVERSATION)
                return
            await reader.send_state(state, renewed=False)
            open_sockets.add(reader)
            try:
                await reader.replay(state, self._resume)
            except AppError as error:
                await self._line.send_text(encode_error(error))
            while True:
                await reader.hear(await layer.receive(channel))
        finally:
            for group in groups:
                await layer.group_discard(group, channel)

    async def _refuse(self, error: AppError, code: int) -> None:
        try:
            await self._line.send_text(encode_error(error))
        except SocketClosedError:
            return
        await self._line.close(code)
