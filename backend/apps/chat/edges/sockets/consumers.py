"""The consumers of the WebSockets, of a conversation and of the change feed, and their paths."""

from collections.abc import Mapping
from typing import Any, ClassVar, override
from uuid import UUID

from channels.routing import URLRouter
from django.urls import re_path

from apps.chat.answers.errors import NoConversationError
from apps.chat.conversations.state import find_own_conversation_id
from apps.chat.edges.sockets.connection import Send
from apps.chat.edges.sockets.socket_consumer import Receive, SocketConsumer
from apps.chat.live.change_feed_client import ChangeFeedClient
from apps.chat.live.connection import CloseCode
from apps.chat.live.conversation_client import ConversationClient
from apps.chat.live.perform import perform_command
from apps.chat.protocol.commands import SignedInCommand
from apps.chat.protocol.decoding import CHANGE_FEED_COMMANDS, SOCKET_COMMANDS
from apps.chat.protocol.version import choose_subprotocol
from apps.core.database import run_in_database
from apps.core.http.handshake import refuse_foreign_handshakes
from apps.users.auth import Principal, authenticate_access


class ChatConsumer(SocketConsumer[ConversationClient]):
    """Serves one WebSocket of one conversation, known by `public_id` (docs/protocol.md, sections 2 to 6)."""

    decoder: ClassVar = SOCKET_COMMANDS
    public_id: UUID

    @override
    async def connect(self) -> None:
        try:
            self.public_id = UUID(self.scope["url_route"]["kwargs"]["conversation_id"])
        except ValueError:
            await self.connection.accept(self.scope["subprotocols"])
            await self.connection.close(CloseCode.MALFORMED_ID)
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
        client.follow_result(await perform_command(command, client.principal, client.conversation_id))


def _identify(token: str, public_id: UUID) -> tuple[Principal, UUID | None]:
    principal = authenticate_access(token)
    return principal, find_own_conversation_id(principal.user_id, public_id)


class ChangeFeedConsumer(SocketConsumer[ChangeFeedClient]):
    """Serves one WebSocket of one user's change feed (docs/protocol.md, section 8)."""

    decoder: ClassVar = CHANGE_FEED_COMMANDS

    @override
    async def identify(self, token: str) -> ChangeFeedClient:
        return ChangeFeedClient(await run_in_database(authenticate_access, token), self.connection)

    @override
    async def perform(self, client: ChangeFeedClient, command: SignedInCommand) -> None:
        raise NotImplementedError  # The decoder refuses such commands.


async def close_unknown_path(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
    """Accept and close with 4004 (ASGI application): a refused handshake tells a browser nothing."""
    await receive()
    await send({"type": "websocket.accept", "subprotocol": choose_subprotocol(scope["subprotocols"])})
    await send({"type": "websocket.close", "code": CloseCode.NOT_FOUND})
    while (await receive())["type"] != "websocket.disconnect":
        pass


# URLRouter takes ASGI applications, but the stubs of `re_path` know only views.
websocket_application = refuse_foreign_handshakes(
    URLRouter(
        [
            re_path(r"^ws/chat/(?P<conversation_id>[^/]*)/?$", ChatConsumer.serve),  # type: ignore[arg-type]
            re_path(r"^ws/events/?$", ChangeFeedConsumer.serve),  # type: ignore[arg-type]
            re_path(r"", close_unknown_path),  # type: ignore[arg-type]
        ]
    )
)
