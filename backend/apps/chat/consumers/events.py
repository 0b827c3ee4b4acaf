"""The socket of all that changes in a user's conversations (PROTOCOL.md section 8)."""

from typing import ClassVar, override
from uuid import UUID

from apps.chat.consumers.socket import SocketConsumer
from apps.chat.protocol.commands import Authenticate, SignedInCommand
from apps.chat.readers.changes import ChangesReader
from apps.chat.readers.sockets import open_event_sockets
from apps.chat.services.changes import changes_group, read_revision
from apps.chat.services.states import ActiveAnswer, read_active_answers
from apps.core.database import run_in_database
from apps.users.auth import authenticate_access
from apps.users.services.sessions import session_group


class EventsConsumer(SocketConsumer[ChangesReader]):
    """One socket of one user."""

    command_types: ClassVar = frozenset({"auth", "ping", "pong"})

    @override
    async def sign_in(self, command: Authenticate) -> None:
        principal = await run_in_database(authenticate_access, command.token)
        reader = ChangesReader(principal, self)
        if not await self.admit(reader):
            return
        # Subscribed before the state is read: what happens in between comes as a notice after it.
        await self.join(changes_group(principal.user_id))
        await self.join(session_group(principal.session_id))
        await _send_state(reader, renewed=False)
        open_event_sockets.add(reader)

    @override
    async def renew(self, reader: ChangesReader, command: Authenticate) -> None:
        await self.change_session(reader, await run_in_database(authenticate_access, command.token))
        await _send_state(reader, renewed=True)

    @override
    async def carry_out(self, reader: ChangesReader, command: SignedInCommand) -> None:
        raise NotImplementedError  # `command_types` lets none through.

    @override
    async def leave_reader(self, reader: ChangesReader) -> None:
        open_event_sockets.discard(reader)


async def _send_state(reader: ChangesReader, *, renewed: bool) -> None:
    revision, active = await run_in_database(_read_state, reader.principal.user_id)
    await reader.send_state(revision, active, renewed=renewed)


def _read_state(user_id: UUID) -> tuple[int, list[ActiveAnswer]]:
    revision = read_revision(user_id)
    # After the revision: what begins or ends in between is told once more.
    return revision, read_active_answers(user_id)
