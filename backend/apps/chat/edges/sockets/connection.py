"""The connection of one WebSocket."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from apps.chat.edges.sockets.states import MOVES, SocketState
from apps.chat.edges.sockets.waiting import AuthWait
from apps.chat.live.closing import NOT_AUTHENTICATED, TOO_MANY_CONNECTIONS, AuthTimeoutError, TooManyConnectionsError
from apps.chat.live.connection import ConnectionClosedError
from apps.chat.protocol.encoding import PING, encode_refusal
from apps.chat.protocol.version import choose_subprotocol
from apps.core.errors import AppError
from apps.core.http.client_address import ClientNetwork
from apps.core.states import check_move
from apps.core.tasks import spawn

type Send = Callable[[dict[str, Any]], Awaitable[None]]


class SocketConnection:
    """Sends frames through `send`, and keeps the state of the WebSocket."""

    __slots__ = ("_send", "_wait", "state")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._wait: AuthWait | None = None
        self.state = SocketState.CONNECTING

    def move_to(self, state: SocketState) -> None:
        """Enter `state`; the wait for `auth` ends with any move.

        Raises:
            IllegalMoveError: the present state does not lead there.
        """
        check_move(MOVES, self.state, state)
        self.state = state
        if self._wait is not None:
            self._wait.end()
            self._wait = None

    @property
    def is_closed(self) -> bool:
        return self.state is SocketState.CLOSED

    async def accept(self, offered: Sequence[str]) -> None:
        """Accept the handshake, with the version of the protocol that is spoken here if the client offers it."""
        await self._send({"type": "websocket.accept", "subprotocol": choose_subprotocol(offered)})
        self.move_to(SocketState.AWAITING_AUTH)

    async def await_auth(self, client: ClientNetwork) -> None:
        """Close unless `auth` comes in time, or immediately if too many of this client network already wait."""
        self._wait = AuthWait.begin(client, lambda: spawn(self._refuse_silence(), name="auth-timeout"))
        if self._wait is None:
            await self.refuse_and_close(TooManyConnectionsError(), TOO_MANY_CONNECTIONS)

    async def send_text(self, frame: str) -> None:
        """Send one frame; waits while the client does not read.

        Raises:
            ConnectionClosedError: the connection is closed.
        """
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

    async def refuse_and_close(self, error: AppError, code: int, client_id: UUID | None = None) -> None:
        with suppress(ConnectionClosedError):
            await self.refuse(error, client_id)
        await self.close(code)

    async def close(self, code: int) -> None:
        """Close with one of the close codes (docs/protocol.md, section 6); nothing is sent after it."""
        if self.is_closed:
            return
        self.move_to(SocketState.CLOSED)
        with suppress(OSError):
            await self._send({"type": "websocket.close", "code": code})

    async def _refuse_silence(self) -> None:
        await self.refuse_and_close(AuthTimeoutError(), NOT_AUTHENTICATED)
