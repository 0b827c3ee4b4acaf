"""The WebSocket of the change feed (docs/protocol.md, section 8)."""

from typing import ClassVar, override

from apps.chat.edges.sockets.consumer import SocketConsumer
from apps.chat.live.change_feed_client import ChangeFeedClient
from apps.chat.protocol.commands import SignedInCommand
from apps.chat.protocol.decoding import CHANGE_FEED_COMMANDS
from apps.core.database import run_in_database
from apps.users.auth import authenticate_access


class ChangeFeedConsumer(SocketConsumer[ChangeFeedClient]):
    """Serves one WebSocket of one user."""

    decoder: ClassVar = CHANGE_FEED_COMMANDS

    @override
    async def identify(self, token: str) -> ChangeFeedClient:
        return ChangeFeedClient(await run_in_database(authenticate_access, token), self.connection)

    @override
    async def perform(self, client: ChangeFeedClient, command: SignedInCommand) -> None:
        raise NotImplementedError  # The decoder refuses such commands.
