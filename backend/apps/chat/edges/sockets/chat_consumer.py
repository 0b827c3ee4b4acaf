"""The WebSocket of one conversation (docs/protocol.md, sections 2 to 6)."""

from typing import ClassVar, override
from uuid import UUID

from apps.chat.answers.errors import NoConversationError
from apps.chat.conversations.state import find_own_conversation_id
from apps.chat.edges.sockets.consumer import SocketConsumer
from apps.chat.live.conversation_client import ConversationClient
from apps.chat.live.perform import perform
from apps.chat.protocol.commands import SignedInCommand
from apps.chat.protocol.decoding import SOCKET_COMMANDS
from apps.core.database import run_in_database
from apps.users.auth import Principal, authenticate_access

MALFORMED_ID = 4002


class ChatConsumer(SocketConsumer[ConversationClient]):
    """Serves one WebSocket of one conversation, which its owner knows by `public_id`."""

    decoder: ClassVar = SOCKET_COMMANDS
    public_id: UUID

    @override
    async def connect(self) -> None:
        try:
            self.public_id = UUID(self.scope["url_route"]["kwargs"]["conversation_id"])
        except ValueError:
            await self.connection.accept(self.scope["subprotocols"])
            await self.connection.close(MALFORMED_ID)
            return
        await super().connect()

    @override
    async def identify(self, token: str) -> ConversationClient:
        principal, conversation_id = await run_in_database(_identify, token, self.public_id)
        if conversation_id is None:
            raise NoConversationError
        return ConversationClient(principal, self.public_id, conversation_id, self.connection)

    @override
    async def perform(self, client: ConversationClient, command: SignedInCommand) -> None:
        client.show(await perform(command, client.principal, client.conversation_id))


def _identify(token: str, public_id: UUID) -> tuple[Principal, UUID | None]:
    principal = authenticate_access(token)
    return principal, find_own_conversation_id(principal.user_id, public_id)
