"""The two kinds of event stream: of a conversation, and of the changes of all of a user's conversations."""

from collections.abc import Collection
from typing import override

from apps.chat.answers.errors import NoConversationError
from apps.chat.conversations.state import read_own_state
from apps.chat.edges.sse.event_stream import EventStream
from apps.chat.edges.sse.stream_line import StreamLine
from apps.chat.live.change_feed import ChangesReader
from apps.chat.live.closing import NO_CONVERSATION
from apps.chat.live.conversation import ConversationReader
from apps.chat.live.registry import open_event_sockets, open_sockets
from apps.chat.notify.notifications import change_feed_group, conversation_group
from apps.chat.protocol.commands import AnswerPosition
from apps.chat.protocol.encoding import encode_refusal
from apps.core.database import run_in_database
from apps.core.errors import AppError
from apps.users.notifications import session_group


class ConversationStream(EventStream[ConversationReader]):
    """What the socket of a conversation sends, from a position on."""

    def __init__(self, reader: ConversationReader, line: StreamLine, resume: AnswerPosition | None) -> None:
        """Go on from `resume`, as after an `auth`."""
        super().__init__(reader, line)
        self._resume = resume

    @override
    def groups(self) -> Collection[str]:
        return conversation_group(self.reader.conversation_id), session_group(self.reader.principal.session_id)

    @override
    async def begin(self) -> bool:
        reader = self.reader
        state = await run_in_database(read_own_state, reader.principal.user_id, reader.public_id)
        if state is None:
            await self.refuse(NoConversationError(), NO_CONVERSATION)
            return False
        await reader.send_state(state, renewed=False)
        open_sockets.add(reader)
        try:
            await reader.replay(state, self._resume)
        except AppError as error:
            await self.line.send_text(encode_refusal(error))
        return True

    @override
    async def leave_reader(self) -> None:
        open_sockets.discard(self.reader)
        await self.reader.followers.close()


class ChangesStream(EventStream[ChangesReader]):
    """What `/ws/events/` sends."""

    @override
    def groups(self) -> Collection[str]:
        principal = self.reader.principal
        return change_feed_group(principal.user_id), session_group(principal.session_id)

    @override
    async def begin(self) -> bool:
        await self.reader.send_state(renewed=False)
        open_event_sockets.add(self.reader)
        return True

    @override
    async def leave_reader(self) -> None:
        open_event_sockets.discard(self.reader)
