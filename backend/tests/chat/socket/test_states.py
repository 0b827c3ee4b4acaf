"""The states of a WebSocket: only the transitions that the protocol allows (docs/protocol.md, section 2)."""

from typing import Any

import pytest

from apps.chat.edges.sockets.connection import SocketConnection, SocketState
from apps.chat.live.connection import CloseCode, ConnectionClosedError
from apps.core.states import IllegalTransitionError

pytestmark = pytest.mark.storeless


@pytest.fixture
def sent() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def connection(sent: list[dict[str, Any]]) -> SocketConnection:
    async def send(event: dict[str, Any]) -> None:
        sent.append(event)

    return SocketConnection(send)


async def test_sign_in_is_refused_before_the_handshake_is_accepted(connection: SocketConnection) -> None:
    with pytest.raises(IllegalTransitionError, match="CONNECTING to SIGNED_IN"):
        connection.move_to(SocketState.SIGNED_IN)


async def test_a_closed_connection_never_opens_again(connection: SocketConnection) -> None:
    await connection.accept([])
    await connection.close(CloseCode.NOT_AUTHENTICATED)
    with pytest.raises(IllegalTransitionError, match="CLOSED to SIGNED_IN"):
        connection.move_to(SocketState.SIGNED_IN)


async def test_nothing_is_sent_after_the_close(connection: SocketConnection, sent: list[dict[str, Any]]) -> None:
    await connection.accept([])
    await connection.close(CloseCode.NOT_AUTHENTICATED)
    await connection.close(CloseCode.NOT_FOUND)
    with pytest.raises(ConnectionClosedError):
        await connection.send_text("{}")
    assert sent == [{"type": "websocket.accept", "subprotocol": None}, {"type": "websocket.close", "code": 4001}]
