"""The states of a WebSocket, and the moves between them."""

from enum import Enum, auto


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


MOVES: dict[SocketState, frozenset[SocketState]] = {
    SocketState.CONNECTING: frozenset({SocketState.AWAITING_AUTH, SocketState.CLOSED}),
    SocketState.AWAITING_AUTH: frozenset({SocketState.SIGNED_IN, SocketState.CLOSED}),
    SocketState.SIGNED_IN: frozenset({SocketState.CLOSED}),
    SocketState.CLOSED: frozenset(),
}
