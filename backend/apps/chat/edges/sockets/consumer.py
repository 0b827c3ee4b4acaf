"""What every socket of ours does: accepts, gives time to sign in, keeps the limits, hears notices, gives all back."""

import asyncio
import secrets
from abc import abstractmethod
from contextlib import suppress
from typing import Any, ClassVar
from uuid import UUID

import structlog
from channels.consumer import AsyncConsumer, get_handler_name
from channels.exceptions import StopConsumer
from channels.utils import await_many_dispatch
from django.conf import settings
from django.db import Error as DatabaseError

from apps.chat.answers.errors import NoConversationError, ServerDrainingError
from apps.chat.edges.sockets.window import Window
from apps.chat.live.closing import (
    NO_CONVERSATION,
    NOT_AUTHENTICATED,
    SERVICE_RESTART,
    TOO_MANY_SOCKETS,
    AuthenticationRequiredError,
    AuthTimeoutError,
    TooManySocketsError,
)
from apps.chat.live.connection import Reader
from apps.chat.live.followers import SocketClosedError
from apps.chat.live.quotas import unauthenticated_sockets, user_sockets
from apps.chat.notify.notifications import ChatNotification
from apps.chat.notify.subscription import Subscription, subscribe
from apps.chat.protocol.commands import Authenticate, Ping, Pong, SignedInCommand, SocketCommand
from apps.chat.protocol.decoding import SOCKET_COMMANDS, CommandDecoder, RefusedFrameError
from apps.chat.protocol.encoding import PING, PONG, encode_refusal
from apps.core.errors import AppError, AuthenticationError, RateLimitError, TemporarilyUnavailableError
from apps.core.http.client_address import client_address
from apps.core.limits.base import Limit
from apps.core.tasks import spawn
from apps.users.auth import Principal
from apps.users.notifications import session_group

logger = structlog.get_logger(__name__)

UNSUPPORTED_DATA = 1003
POLICY_VIOLATION = 1008


class SocketConsumer[R: Reader](AsyncConsumer):
    """One socket; whoever has signed in on it is its `reader`."""

    decoder: ClassVar[CommandDecoder[Any]] = SOCKET_COMMANDS
    reader: R | None = None
    subscription: Subscription

    def __init__(self) -> None:
        super().__init__()
        self._is_closed = False
        self._address: str | None = None
        self._auth_timer: asyncio.TimerHandle | None = None
        self._nonsense = Window(Limit.parse(settings.SOCKET_NONSENSE_RATE))
        self._commands = Window(Limit.parse(settings.SOCKET_COMMAND_RATE))

    # What each kind of socket has of its own ------------------------------------------------------------------------

    @abstractmethod
    async def sign_in(self, command: Authenticate) -> None:
        """Answer the first `auth`."""

    @abstractmethod
    async def renew(self, reader: R, command: Authenticate) -> None:
        """Answer a later one."""

    @abstractmethod
    async def carry_out(self, reader: R, command: SignedInCommand) -> None:
        """Carry out a command that needs a reader."""

    async def leave_reader(self, reader: R) -> None:
        """Take the reader out of what it was entered in."""

    # From the server ------------------------------------------------------------------------------------------------

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - Channels has no types
        """Serve one socket until it is closed."""
        self.scope, self.base_send = scope, send
        with suppress(StopConsumer):
            async with subscribe() as self.subscription:
                await await_many_dispatch([receive, self.subscription.receive], self.dispatch)

    async def dispatch(self, message: dict[str, Any] | ChatNotification) -> None:
        """Carry out one event; a fault of ours is answered, never a dead socket.

        Not Channels' own: that one goes to another thread and back at every event to look after connections to the
        database that no consumer of ours has (`run_in_database` looks after its own).
        """
        try:
            if isinstance(message, dict):
                await getattr(self, get_handler_name(message))(message)
            elif self.reader is not None and not self._is_closed:
                await self.reader.hear(message)
        except (StopConsumer, asyncio.CancelledError):
            raise
        except SocketClosedError:
            return
        except Exception as error:  # noqa: BLE001 - whatever it is: logged, and answered
            with suppress(SocketClosedError):
                await self.refuse(_report_fault(error, message["type"] if isinstance(message, dict) else message.name))

    async def websocket_connect(self, _: dict[str, Any]) -> None:
        """Accept, and give the client its time to sign in."""
        await self.base_send({"type": "websocket.accept"})
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
            command = self.decoder.decode(text)
        except RefusedFrameError as refused:
            await self._refuse_frame(refused)
            return
        try:
            await self._take(command)
        except NoConversationError as error:
            await self.refuse(error, command.client_id)
            await self.close(NO_CONVERSATION)
        except ServerDrainingError:
            # No refusal: the client comes back, to another worker or to the next, and sends it again.
            await self.close(SERVICE_RESTART)
        except AppError as error:
            await self.refuse(error, command.client_id)
        except DatabaseError as error:
            await self.refuse(_report_fault(error, "command"), command.client_id)

    async def websocket_disconnect(self, _: dict[str, Any]) -> None:
        """Give everything back; the answers go on."""
        self._is_closed = True
        self._leave_waiting_room()
        if self.reader is not None:
            user_sockets.give_back(self.reader.principal.user_id)
            await self.leave_reader(self.reader)
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

    async def send_ping(self) -> None:
        """Show the client that the line is alive."""
        with suppress(SocketClosedError):
            await self.send_text(PING)

    async def refuse(self, error: AppError, client_id: UUID | None = None) -> None:
        """Tell the client why a command was not carried out."""
        if not self._is_closed:
            await self.send_text(encode_refusal(error, client_id))

    async def refuse_and_close(self, error: AppError, code: int) -> None:
        """Tell the client why, and close."""
        await self.refuse(error)
        await self.close(code)

    async def close(self, code: int) -> None:
        """Close with one of the codes of docs/protocol.md, section 6; nothing is sent after it."""
        if self._is_closed:
            return
        self._is_closed = True
        self._leave_waiting_room()
        try:
            await self.base_send({"type": "websocket.close", "code": code})
        except OSError:
            return

    # Signing in -----------------------------------------------------------------------------------------------------

    async def admit(self, reader: R) -> bool:
        """Count the socket among its user's and hear of the end of its session; False, and closed, when too many.

        Raises:
            SocketClosedError: it has been closed meanwhile.
        """
        if self._is_closed:
            raise SocketClosedError
        if not user_sockets.take(reader.principal.user_id, settings.SOCKETS_PER_USER):
            await self.refuse_and_close(TooManySocketsError(), TOO_MANY_SOCKETS)
            return False
        self._leave_waiting_room()
        self.reader = reader
        return True

    async def change_session(self, reader: R, principal: Principal) -> None:
        """Go on in the name of another session of the same user.

        Raises:
            AuthenticationError: it is another user's.
        """
        before = reader.principal
        if principal.user_id != before.user_id:
            raise AuthenticationError("This token is of another user: the connection stays as it was.")
        reader.principal = principal
        if principal.session_id != before.session_id:
            await self.subscription.leave(session_group(before.session_id))
            await self.subscription.join(session_group(principal.session_id))

    async def _take(self, command: SocketCommand) -> None:
        if isinstance(command, Pong):
            return
        retry_after = self._commands.hit(asyncio.get_running_loop().time())
        if retry_after:
            raise RateLimitError("Too many commands on this connection: wait a little.", retry_after=retry_after)
        match command:
            case Ping():
                await self.send_text(PONG)
            case Authenticate():
                await (self.renew(self.reader, command) if self.reader else self._first_sign_in(command))
            case _:
                if self.reader is None:
                    raise AuthenticationRequiredError
                await self.carry_out(self.reader, command)

    async def _first_sign_in(self, command: Authenticate) -> None:
        try:
            await self.sign_in(command)
        except AuthenticationError as error:
            await self.refuse_and_close(error, NOT_AUTHENTICATED)

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
        needs_auth = self.reader is None and refused.needs_sign_in
        await self.refuse(AuthenticationRequiredError() if needs_auth else refused.error, refused.client_id)


def _report_fault(error: Exception, event: str) -> AppError:
    """Log a fault under an id that the client is told too."""
    fault_id = secrets.token_hex(6)
    logger.error("socket_failed", fault_id=fault_id, socket_event=event, exc_info=error)
    if isinstance(error, DatabaseError):
        return TemporarilyUnavailableError(f"The server cannot do this right now (fault {fault_id}).", retry_after=1)
    return AppError(f"Something went wrong on the server (fault {fault_id}).")
