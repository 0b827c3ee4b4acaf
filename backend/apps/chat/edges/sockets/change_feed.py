"""The socket of the change feed (docs/protocol.md, section 8)."""

from typing import ClassVar, override

from apps.chat.edges.sockets.consumer import SocketConsumer
from apps.chat.live.change_feed import ChangesReader
from apps.chat.live.registry import open_event_sockets
from apps.chat.notify.notifications import change_feed_group
from apps.chat.protocol.commands import Authenticate, SignedInCommand
from apps.chat.protocol.decoding import EVENTS_COMMANDS
from apps.core.database import run_in_database
from apps.users.auth import authenticate_access
from apps.users.notifications import session_group


class EventsConsumer(SocketConsumer[ChangesReader]):
    """One socket of one user."""

    decoder: ClassVar = EVENTS_COMMANDS

    @override
    async def sign_in(self, command: Authenticate) -> None:
        principal = await run_in_database(authenticate_access, command.token)
        reader = ChangesReader(principal, self)
        if not await self.admit(reader):
            return
        # Subscribed before the state is read: what happens in between comes as a notice after it.
        await self.subscription.join(change_feed_group(principal.user_id), session_group(principal.session_id))
        await reader.send_state(renewed=False)
        open_event_sockets.add(reader)

    @override
    async def renew(self, reader: ChangesReader, command: Authenticate) -> None:
        await self.change_session(reader, await run_in_database(authenticate_access, command.token))
        await reader.send_state(renewed=True)

    @override
    async def carry_out(self, reader: ChangesReader, command: SignedInCommand) -> None:
        raise NotImplementedError  # the decoder lets none through.

    @override
    async def leave_reader(self, reader: ChangesReader) -> None:
        open_event_sockets.discard(reader)
