"""The connection of one WebSocket: it sends frames, and keeps the state of the WebSocket."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from enum import Enum, auto
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.chat.live.connection import AuthTimeoutError, CloseCode, ConnectionClosedError, TooManyConnectionsError
from apps.chat.protocol.encoding import PING, encode_refusal
from apps.chat.protocol.version import choose_subprotocol
from apps.core.errors import AppError
from apps.core.http.client_address import ClientNetwork
from apps.core.quotas import Quota
from apps.core.states import check_transition
from apps.core.tasks import spawn

type Send = Callable[[dict[str, Any]], Awaitable[None]]

unauthenticated_sockets = Quota[ClientNetwork]()
"""The WebSockets of each client network that have not signed in."""


class SocketState(Enum):
    """States of a WebSocket."""

    CONNECTING = auto()
    """The handshake has not been answered: nothing can be sent."""

    AWAITING_AUTH = auto()
    """Open; every command but `auth`, `ping` and `pong` is refused."""

    SIGNED_IN = auto()
    """Open; commands are performed, and notifications are received."""

    CLOSED = auto()
    """Closed by either side: nothing is sent, and what arrives is ignored."""


TRANSITIONS: dict[SocketState, frozenset[SocketState]] = {
    SocketState.CONNECTING: frozenset({SocketState.AWAITING_AUTH, SocketState.CLOSED}),
    SocketState.AWAITING_AUTH: frozenset({SocketState.SIGNED_IN, SocketState.CLOSED}),
    SocketState.SIGNED_IN: frozenset({SocketState.CLOSED}),
    SocketState.CLOSED: frozenset(),
}


class SocketConnection:
    """A `Connection` that sends frames through `send`, and keeps the state of the WebSocket."""

    __slots__ = ("_auth_wait", "_send", "state")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._auth_wait: tuple[ClientNetwork, asyncio.TimerHandle] | None = None
        self.state = SocketState.CONNECTING

    def move_to(self, state: SocketState) -> None:
        """Enter `state`; the wait for `auth` ends with any transition.

        Raises:
            IllegalTransitionError: the present state does not lead there.
        """
        check_transition(TRANSITIONS, self.state, state)
        self.state = state
        if self._auth_wait is not None:
            network, timer = self._auth_wait
            self._auth_wait = None
            timer.cancel()
            unauthenticated_sockets.release(network)

    @property
    def is_closed(self) -> bool:
        return self.state is SocketState.CLOSED

    async def accept(self, offered: Sequence[str]) -> None:
        """Accept the handshake, with the subprotocol if the client offers it."""
        await self._send({"type": "websocket.accept", "subprotocol": choose_subprotocol(offered)})
        self.move_to(SocketState.AWAITING_AUTH)

    async def await_auth(self, network: ClientNetwork) -> None:
        """Close unless `auth` comes in time, or immediately if too many of this client network already wait."""
        if not unauthenticated_sockets.acquire(network, settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS):
            await self.refuse_and_close(TooManyConnectionsError(), CloseCode.TOO_MANY_CONNECTIONS)
            return

        def refuse_silence() -> None:
            spawn(self.refuse_and_close(AuthTimeoutError(), CloseCode.NOT_AUTHENTICATED), name="auth-timeout")

        timer = asyncio.get_running_loop().call_later(settings.SOCKET_AUTH_TIMEOUT, refuse_silence)
        self._auth_wait = network, timer

    async def send_text(self, frame: str) -> None:
        if self.is_closed:
            raise ConnectionClosedError
        try:
            await self._send({"type": "websocket.send", "text": frame})
        except OSError as error:
            raise ConnectionClosedError from error

    async def send_ping(self) -> None:
        with suppress(ConnectionClosedError):
            await self.send_text(PING)

    async def refuse(self, error: AppError, client_id: UUID | None = None) -> None:
        if not self.is_closed:
            await self.send_text(encode_refusal(error, client_id))

    async def refuse_and_close(self, error: AppError, code: CloseCode, client_id: UUID | None = None) -> None:
        with suppress(ConnectionClosedError):
            await self.refuse(error, client_id)
        await self.close(code)

    async def close(self, code: CloseCode) -> None:
        if self.is_closed:
            return
        self.move_to(SocketState.CLOSED)
        with suppress(OSError):
            await self._send({"type": "websocket.close", "code": code})
