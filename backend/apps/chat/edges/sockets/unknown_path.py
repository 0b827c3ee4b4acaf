"""The WebSocket of every unknown path."""

from collections.abc import Mapping
from typing import Any

from apps.chat.edges.sockets.connection import Send
from apps.chat.edges.sockets.consumer import Receive
from apps.chat.live.closing import NO_CONVERSATION
from apps.chat.protocol.version import choose_subprotocol


async def close_unknown_path(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
    """Accept and close with 4004 (ASGI application), since a refused handshake tells a browser nothing."""
    await receive()
    await send({"type": "websocket.accept", "subprotocol": choose_subprotocol(scope["subprotocols"])})
    await send({"type": "websocket.close", "code": NO_CONVERSATION})
    while (await receive())["type"] != "websocket.disconnect":
        pass
