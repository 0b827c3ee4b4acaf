"""The chat socket: translates frames to calls and back (docs/protocol.md, sections 2 to 6)."""

from typing import Any, assert_never, override
from uuid import UUID

from apps.chat.answers.errors import NoConversationError
from apps.chat.conversations.state import (
    ConversationState,
    find_own_conversation_id,
    read_own_state,
    read_state,
)
from apps.chat.edges.sockets.consumer import SocketConsumer
from apps.chat.live.closing import NO_CONVERSATION
from apps.chat.live.conversation import ConversationReader
from apps.chat.live.registry import open_sockets
from apps.chat.notify.notifications import conversation_group
from apps.chat.protocol.commands import (
    Authenticate,
    ContinueAnswer,
    EditQuestion,
    Follow,
    Regenerate,
    SendMessage,
    SignedInCommand,
    Stop,
)
from apps.core.database import run_in_database
from apps.users.auth import Principal, authenticate_access
from apps.users.notifications import session_group

MALFORMED_ID = 4002


class ChatConsumer(SocketConsumer[ConversationReader]):
    """One socket of one conversation, which its owner calls `public_id`."""

    public_id: UUID

    @override
    async def websocket_connect(self, event: dict[str, Any]) -> None:
        try:
            self.public_id = UUID(self.scope["url_route"]["kwargs"]["conversation_id"])
        except ValueError:
            await self.base_send({"type": "websocket.accept"})
            await self.close(MALFORMED_ID)
            return
        await super().websocket_connect(event)

    @override
    async def sign_in(self, command: Authenticate) -> None:
        principal, conversation_id = await run_in_database(_identify, command.token, self.public_id)
        if conversation_id is None:
            await self.refuse_and_close(NoConversationError(), NO_CONVERSATION)
            return
        # Subscribed before the state is read: what changes in between is notified after it.
        await self.subscription.join(conversation_group(conversation_id))
        state = await run_in_database(read_state, conversation_id)
        if state is None:
            await self.refuse_and_close(NoConversationError(), NO_CONVERSATION)
            return
        reader = ConversationReader(principal, self.public_id, state.id, self)
        if not await self.admit(reader):
            return
        await self.subscription.join(session_group(principal.session_id))
        await reader.send_state(state, renewed=False)
        try:
            await reader.replay(state, command.resume)
        finally:
            # Not before: the sweep would show an answer from its beginning to one who comes back into its middle.
            open_sockets.add(reader)

    @override
    async def renew(self, reader: ConversationReader, command: Authenticate) -> None:
        principal, state = await run_in_database(_renew, command.token, self.public_id)
        await self.change_session(reader, principal)
        if state is None:
            raise NoConversationError
        await reader.send_state(state, renewed=True)

    @override
    async def carry_out(self, reader: ConversationReader, command: SignedInCommand) -> None:
        match command:
            case SendMessage() | Regenerate() | EditQuestion() | ContinueAnswer():
                await reader.start_answer(command)
            case Stop():
                await reader.stop(command.message_id)
            case Follow():
                await reader.follow(command)
            case _:
                assert_never(command)

    @override
    async def leave_reader(self, reader: ConversationReader) -> None:
        open_sockets.discard(reader)
        await reader.followers.close()


def _identify(token: str, public_id: UUID) -> tuple[Principal, UUID | None]:
    principal = authenticate_access(token)
    return principal, find_own_conversation_id(principal.user_id, public_id)


def _renew(token: str, public_id: UUID) -> tuple[Principal, ConversationState | None]:
    principal = authenticate_access(token)
    return principal, read_own_state(principal.user_id, public_id)
