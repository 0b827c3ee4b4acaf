"""The base of both WebSockets: handles frames and notifications, signs clients in, and answers each failure."""

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import copy_context
from typing import Any, ClassVar

from channels.exceptions import StopConsumer
from django.conf import settings

from apps.chat.answers.errors import NoConversationError, ServerDrainingError
from apps.chat.edges.sockets.connection import Send, SocketConnection, SocketState
from apps.chat.edges.sockets.failures import report_failure
from apps.chat.live.client import SignedInClient
from apps.chat.live.connection import (
    AuthenticationRequiredError,
    CloseCode,
    ConnectionClosedError,
    TooManyConnectionsError,
)
from apps.chat.live.user_connections import user_connections
from apps.chat.notify.notifications import ChatNotification
from apps.chat.notify.subscription import CallbackSubscription
from apps.chat.protocol.commands import Authenticate, Ping, Pong, SignedInCommand, SocketCommand
from apps.chat.protocol.decoding import CommandDecoder, RefusedFrameError
from apps.chat.protocol.encoding import PONG
from apps.core.database import run_in_database
from apps.core.errors import AppError, AuthenticationError, RateLimitError
from apps.core.http.client_address import client_address, client_network
from apps.core.limits.base import Limit, Window
from apps.core.outages import is_temporary
from apps.core.tasks import cancel_and_wait, spawn
from apps.users.auth import authenticate_access
from apps.users.notifications import session_group

TAKE_LARGE_FRAMES = "take_large_frames"
"""Key of the ASGI scope: a function that allows frames of `SOCKET_MAX_FRAME` bytes; our own server has it."""

MAX_QUEUED_NOTIFICATIONS = 100
"""Notifications that wait for a client; more are dropped, and the sweep finds what they reported."""

type Event = dict[str, Any]
type Receive = Callable[[], Awaitable[Event]]


class SocketConsumer[C: SignedInClient](ABC):
    """Serves one WebSocket; `client` is set once it has signed in."""

    decoder: ClassVar[CommandDecoder[Any]]
    subscription: CallbackSubscription

    def __init__(self, scope: dict[str, Any], send: Send) -> None:
        self.scope = scope
        self.connection = SocketConnection(send)
        self.client: C | None = None
        self._refusal_window = Window(Limit.parse(settings.SOCKET_NONSENSE_RATE))
        self._command_window = Window(Limit.parse(settings.SOCKET_COMMAND_RATE))
        self._lock = asyncio.Lock()
        self._notifications: deque[ChatNotification] = deque()
        self._notification_task: asyncio.Task[None] | None = None
        self._context = copy_context()

    @classmethod
    async def serve(cls, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one WebSocket until it is closed (ASGI application).

        Channels' `AsyncConsumer` is not used: for each event, it calls another thread to check database connections
        that these consumers do not have (`run_in_database` checks its own), and it keeps three tasks for each socket,
        where one is enough.
        """
        consumer = cls(scope, send)
        del scope  # `_admit` drops the other reference, so that open sockets keep no scopes.
        consumer.subscription = await CallbackSubscription.begin(consumer.queue_notification)
        try:
            with suppress(StopConsumer):
                while True:
                    await consumer.dispatch_in_order(await receive())
        finally:
            await consumer.subscription.end()  # First: another notification would start a task again.
            if consumer._notification_task is not None:
                await cancel_and_wait(consumer._notification_task)

    # The differences between chat and change feed ---------------------------------------------------------------------

    @abstractmethod
    async def identify(self, token: str) -> C:
        """Return the client that an access token signs in.

        Raises:
            AuthenticationError: the token does not sign in.
            NoConversationError: the user has no such conversation.
        """

    @abstractmethod
    async def perform(self, client: C, command: SignedInCommand) -> None:
        """Perform a command of a signed-in client."""

    # Events ---------------------------------------------------------------------------------------------------------

    async def dispatch_in_order(self, event: Event | ChatNotification) -> None:
        """Process one event after all previous events, both frames and notifications."""
        async with self._lock:
            await self._dispatch(event)

    def queue_notification(self, notification: ChatNotification) -> None:
        """Queue a notification for a task, which ends when the queue is empty."""
        if len(self._notifications) < MAX_QUEUED_NOTIFICATIONS:
            self._notifications.append(notification)
        if self._notification_task is None:
            # In the context of this socket: the caller's belongs to a request.
            self._notification_task = self._context.run(spawn, self._dispatch_notifications(), name="notifications")

    async def _dispatch_notifications(self) -> None:
        try:
            while self._notifications:
                await self.dispatch_in_order(self._notifications.popleft())
        finally:
            self._notification_task = None

    async def _dispatch(self, event: Event | ChatNotification) -> None:
        """Process one event; the client is told of a failure, and the connection stays open."""
        try:
            if isinstance(event, dict):
                await self._handle_event(event)
            elif self.client is not None and not self.connection.is_closed:
                await self.client.receive_notification(event)
        except (StopConsumer, asyncio.CancelledError):
            raise
        except ConnectionClosedError:
            return
        except Exception as error:  # noqa: BLE001 - logged, and answered
            name = event["type"] if isinstance(event, dict) else event.name
            with suppress(ConnectionClosedError):
                await self.connection.refuse(report_failure(error, name))

    async def connect(self) -> None:
        """Accept the handshake, and wait for `auth`."""
        network = client_network(client_address(self.scope))  # The headers are gone once the handshake is accepted.
        await self.connection.accept(self.scope["subprotocols"])
        await self.connection.await_auth(network)

    async def _handle_event(self, event: Event) -> None:
        match event["type"]:
            case "websocket.connect":
                await self.connect()
            case "websocket.receive" if not self.connection.is_closed:
                await self._handle_frame(event.get("text"))
            case "websocket.disconnect":
                await self._disconnect()

    async def _disconnect(self) -> None:
        """Release everything; the answers are still written to their ends."""
        if not self.connection.is_closed:
            self.connection.move_to(SocketState.CLOSED)
        if self.client is not None:
            user_connections.release(self.client.principal.user_id)
            await self.client.leave()
        raise StopConsumer

    # Frames ---------------------------------------------------------------------------------------------------------

    async def _handle_frame(self, text: str | None) -> None:
        if text is None:
            await self.connection.close(CloseCode.UNSUPPORTED_DATA)
            return
        try:
            command: SocketCommand = self.decoder.decode(text)
        except RefusedFrameError as refused:
            await self._refuse_frame(refused)
            return
        try:
            await self._handle_command(command)
        except NoConversationError as error:
            await self.connection.refuse_and_close(error, CloseCode.NOT_FOUND, command.client_id)
        except ServerDrainingError:
            # No refusal: the client connects again, to another worker or to the next one, and repeats the command.
            await self.connection.close(CloseCode.SERVICE_RESTART)
        except AppError as error:
            await self.connection.refuse(error, command.client_id)
        except ConnectionClosedError:
            raise
        except Exception as error:
            if not is_temporary(error):
                raise
            await self.connection.refuse(report_failure(error, "command"), command.client_id)

    async def _refuse_frame(self, refused: RefusedFrameError) -> None:
        if self._refusal_window.hit(asyncio.get_running_loop().time()):
            await self.connection.close(CloseCode.POLICY_VIOLATION)
            return
        needs_auth = self.client is None and refused.needs_sign_in
        error = AuthenticationRequiredError() if needs_auth else refused.error
        await self.connection.refuse(error, refused.client_id)

    async def _handle_command(self, command: SocketCommand) -> None:
        if isinstance(command, Pong):
            return
        retry_after = self._command_window.hit(asyncio.get_running_loop().time())
        if retry_after:
            raise RateLimitError("Too many commands on this connection: wait a moment.", retry_after=retry_after)
        match command:
            case Ping():
                await self.connection.send_text(PONG)
            case Authenticate():
                if self.client is None:
                    await self._sign_in(command)
                else:
                    await self._renew(self.client, command)
            case _:
                if self.client is None:
                    raise AuthenticationRequiredError
                await self.perform(self.client, command)

    # Signing in -----------------------------------------------------------------------------------------------------

    async def _sign_in(self, command: Authenticate) -> None:
        try:
            client = await self.identify(command.token)
            await self._admit(client)
            # Before the state is read, so that a change in between is notified.
            await self.subscription.join(*client.groups)
            await client.enter(command.resume)
        except AuthenticationError as error:
            await self.connection.refuse_and_close(error, CloseCode.NOT_AUTHENTICATED, command.client_id)
        except NoConversationError as error:
            await self.connection.refuse_and_close(error, CloseCode.NOT_FOUND, command.client_id)
        except TooManyConnectionsError as error:
            await self.connection.refuse_and_close(error, CloseCode.TOO_MANY_CONNECTIONS, command.client_id)
        except (AppError, ConnectionClosedError):
            raise
        except Exception as error:  # noqa: BLE001 - a client that is half signed in would miss its answers in silence
            await self.connection.refuse_and_close(
                report_failure(error, "auth"), CloseCode.INTERNAL_FAULT, command.client_id
            )

    async def _admit(self, client: C) -> None:
        """Count the connection against its user's limit.

        Raises:
            ConnectionClosedError: the time for `auth` has run out meanwhile.
            TooManyConnectionsError: the user has as many as it may.
        """
        await user_connections.acquire(client.principal.user_id)
        if self.connection.is_closed:
            user_connections.release(client.principal.user_id)
            raise ConnectionClosedError
        self.connection.move_to(SocketState.SIGNED_IN)
        self.client = client
        if (take_large_frames := self.scope.get(TAKE_LARGE_FRAMES)) is not None:
            take_large_frames()
        self.scope = {}  # Large, and not needed any more.

    async def _renew(self, client: C, command: Authenticate) -> None:
        principal = await run_in_database(authenticate_access, command.token)
        previous = client.change_session(principal)
        if principal.session_id != previous:
            await self.subscription.leave(session_group(previous))
            await self.subscription.join(session_group(principal.session_id))
        await client.send_renewal()
