"""The chat socket: translates frames to calls and back, decides nothing (PROTOCOL.md)."""

import asyncio
import secrets
from contextlib import suppress
from typing import Any
from uuid import UUID

import structlog
from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer
from django.conf import settings
from django.db import Error as DatabaseError

from apps.chat.consumers.closing import (
    NO_CONVERSATION,
    NOT_AUTHENTICATED,
    TOO_MANY_SOCKETS,
    AuthenticationRequiredError,
    AuthTimeoutError,
    TooManySocketsError,
)
from apps.chat.consumers.commands import carry_out
from apps.chat.consumers.followers import Followers, SocketClosedError
from apps.chat.consumers.sockets import open_sockets, unauthenticated_sockets, user_sockets
from apps.chat.consumers.window import Window
from apps.chat.protocol.commands import RefusedFrameError, parse_command
from apps.chat.protocol.frames import PING, encode, encode_error
from apps.chat.services.errors import NoConversationError
from apps.chat.services.states import ConversationState
from apps.chat.services.turns import find_turn
from apps.core.client_address import client_address
from apps.core.database import run_in_database
from apps.core.errors import AppError, AuthenticationError, TemporarilyUnavailableError
from apps.core.rate_limits.base import Limit
from apps.core.tasks import spawn
from apps.users.auth import Principal

logger = structlog.get_logger(__name__)

UNSUPPORTED_DATA = 1003
POLICY_VIOLATION = 1008
MALFORMED_ID = 4002


class ChatConsumer(AsyncConsumer):
    """One socket of one conversation; `public_id` is what its owner calls it, `conversation_id` what we do."""

    principal: Principal | None = None
    public_id: UUID
    conversation_id: UUID
    followers: Followers
    revision = 0
    pinged_at = 0.0

    def __init__(self) -> None:
        super().__init__()
        self._is_closed = False
        self._groups: set[str] = set()
        self._address: str | None = None
        self._auth_timer: asyncio.TimerHandle | None = None
        self._nonsense = Window(Limit.parse(settings.SOCKET_NONSENSE_RATE))
        self.commands = Window(Limit.parse(settings.SOCKET_COMMAND_RATE))

    # From the server ------------------------------------------------------------------------------------------------

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Carry out one event; a fault of ours is answered, never a dead socket.

        Not Channels' own: that one goes to another thread and back at every event to look after connections to the
        database that no consumer of ours has (`run_in_database` looks after its own).
        """
        try:
            await getattr(self, get_handler_name(message))(message)
        except (StopConsumer, asyncio.CancelledError):
            raise
        except SocketClosedError:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is: logged, and answered
            with suppress(SocketClosedError):
                await self.refuse(_report_fault(error, message["type"]))

    async def websocket_connect(self, _: dict[str, Any]) -> None:
        """Accept, and give the client its time to sign in."""
        await self.base_send({"type": "websocket.accept"})
        try:
            self.public_id = UUID(self.scope["url_route"]["kwargs"]["conversation_id"])
        except ValueError:
            await self.close(MALFORMED_ID)
            return
        address = client_address(self.scope)
        if not unauthenticated_sockets.take(address, settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS):
            await self.refuse_and_close(TooManySocketsError(), TOO_MANY_SOCKETS)
            return
        self._address = address
        loop = asyncio.get_running_loop()
        self._auth_timer = loop.call_later(settings.SOCKET_AUTH_TIMEOUT, self._on_auth_timeout)

    async def websocket_receive(self, event: dict[str, Any]) -> None:
        """Carry out one frame of the client."""
        if self._is_closed:
            return
        text = event.get("text")
        if text is None:
            await self.close(UNSUPPORTED_DATA)
            return
        try:
            command, client_id = parse_command(text)
        except RefusedFrameError as refused:
            await self._refuse_frame(refused)
            return
        try:
            await carry_out(self, command)
        except NoConversationError as error:
            await self.refuse(error, client_id)
            await self.close(NO_CONVERSATION)
        except AppError as error:
            await self.refuse(error, client_id)
        except DatabaseError as error:
            await self.refuse(_report_fault(error, "command"), client_id)

    async def websocket_disconnect(self, _: dict[str, Any]) -> None:
        """Give everything back; the answers go on."""
        self._is_closed = True
        self._leave_waiting_room()
        if self.principal is not None:
            open_sockets.discard(self)
            user_sockets.give_back(self.principal.user_id)
            await self.followers.close()
        for group in tuple(self._groups):
            await self.leave(group)
        raise StopConsumer

    # To the client --------------------------------------------------------------------------------------------------

    async def send_text(self, frame: str) -> None:
        """Send one frame; waits while the client does not read.

        Raises:
            SocketClosedError: nobody is there any more.
        """
        if self._is_closed:
            raise SocketClosedError
        try:
            await self.base_send({"type": "websocket.send", "text": frame})
        except OSError as error:
            raise SocketClosedError from error

    async def refuse(self, error: AppError, client_id: UUID | None = None) -> None:
        """Tell the client why a command was not carried out."""
        if not self._is_closed:
            await self.send_text(encode_error(error, client_id))

    async def refuse_and_close(self, error: AppError, code: int) -> None:
        """Tell the client why, and close."""
        await self.refuse(error)
        await self.close(code)

    async def close(self, code: int) -> None:
        """Close with one of the codes of section 6; nothing is sent after it."""
        if self._is_closed:
            return
        self._is_closed = True
        self._leave_waiting_room()
        try:
            await self.base_send({"type": "websocket.close", "code": code})
        except OSError:
            return

    # Signing in -----------------------------------------------------------------------------------------------------

    def sign_in(self, principal: Principal, conversation_id: UUID) -> bool:
        """Count the socket among its user's.

        False when there are too many of them.

        Raises:
            SocketClosedError: it has been closed meanwhile.
        """
        if self._is_closed:
            raise SocketClosedError
        if not user_sockets.take(principal.user_id, settings.SOCKETS_PER_USER):
            return False
        self._leave_waiting_room()
        self.principal = principal
        self.conversation_id = conversation_id
        self.followers = Followers(conversation_id, self.send_text)
        self.pinged_at = asyncio.get_running_loop().time()
        open_sockets.add(self)
        return True

    async def join(self, group: str) -> None:
        """Hear the notices of a group."""
        self._groups.add(group)
        await self.channel_layer.group_add(group, self.channel_name)

    async def leave(self, group: str) -> None:
        """Hear them no more."""
        self._groups.discard(group)
        await self.channel_layer.group_discard(group, self.channel_name)

    def _leave_waiting_room(self) -> None:
        if self._auth_timer is not None:
            self._auth_timer.cancel()
            self._auth_timer = None
        if self._address is not None:
            unauthenticated_sockets.give_back(self._address)
            self._address = None

    def _on_auth_timeout(self) -> None:
        self._auth_timer = None
        spawn(self._refuse_silence(), name="auth-timeout")

    async def _refuse_silence(self) -> None:
        with suppress(SocketClosedError):
            await self.refuse(AuthTimeoutError())
        await self.close(NOT_AUTHENTICATED)

    async def _refuse_frame(self, refused: RefusedFrameError) -> None:
        if self._nonsense.hit(asyncio.get_running_loop().time()):
            await self.close(POLICY_VIOLATION)
            return
        needs_auth = self.principal is None and refused.is_known_too_early
        await self.refuse(AuthenticationRequiredError() if needs_auth else refused.error, refused.client_id)

    # Notices --------------------------------------------------------------------------------------------------------

    async def session_ended(self, notice: dict[str, Any]) -> None:
        """A session is over: this socket's, unless it has been renewed with another one since."""
        if self.principal is not None and str(self.principal.session_id) == notice["session_id"]:
            await self.end_session()

    async def answer_started(self, notice: dict[str, Any]) -> None:
        """A run of an answer has begun, by any socket of the conversation."""
        await self._follow_run(UUID(notice["message_id"]), notice["run"])

    async def conversation_updated(self, notice: dict[str, Any]) -> None:
        """Fields of the conversation have changed."""
        if self.principal is not None and not self._is_closed:
            self.revision = max(self.revision, notice["revision"])
            frame = {"type": "conversation.updated", **notice["changes"], "revision": notice["revision"]}
            await self.send_text(encode(frame))

    async def conversation_deleted(self, _: dict[str, Any]) -> None:
        """The conversation is gone."""
        if self.principal is not None and not self._is_closed:
            await self.send_text(encode({"type": "conversation.deleted"}))
            await self.close(NO_CONVERSATION)

    # The sweep ------------------------------------------------------------------------------------------------------

    async def send_ping(self) -> None:
        """Show the client that the line is alive."""
        with suppress(SocketClosedError):
            await self.send_text(PING)

    async def end_session(self) -> None:
        """Say that the session is over, and close."""
        with suppress(SocketClosedError):
            await self.refuse(AuthenticationError("This session has ended: sign in again."))
        await self.close(NOT_AUTHENTICATED)

    def is_behind(self, state: ConversationState | None) -> bool:
        """Say whether the conversation has moved on without this socket."""
        if state is None or state.revision > self.revision:
            return True
        return state.active is not None and not self.followers.has_begun(*state.active)

    async def catch_up(self, state: ConversationState | None) -> None:
        """Make good whatever notice was lost."""
        with suppress(SocketClosedError):
            if state is None:
                await self.conversation_deleted({})
                return
            if state.active is not None:
                await self._follow_run(*state.active)
            if state.revision > self.revision:
                await self.conversation_updated({"revision": state.revision, "changes": state.fields})

    async def _follow_run(self, answer_id: UUID, run: int) -> None:
        if self.principal is None or self._is_closed or self.followers.has_begun(answer_id, run):
            return
        turn = await run_in_database(find_turn, self.conversation_id, answer_id)
        if turn is not None:
            self.revision = max(self.revision, turn.revision)
            self.followers.begin(turn)


def _report_fault(error: Exception, event: str) -> AppError:
    """Log a fault under an id that the client is told too."""
    fault_id = secrets.token_hex(6)
    logger.error("socket_failed", fault_id=fault_id, socket_event=event, exc_info=error)
    if isinstance(error, DatabaseError):
        return TemporarilyUnavailableError(f"The server cannot do this right now (fault {fault_id}).", retry_after=1)
    return AppError(f"Something went wrong on the server (fault {fault_id}).")
