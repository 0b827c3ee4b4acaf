"""The WebSocket of every path that leads nowhere."""

from apps.chat.edges.sockets.connection import Send
from apps.chat.edges.sockets.consumer import Receive
from apps.chat.live.closing import NO_CONVERSATION


async def close_unknown_path(_: object, receive: Receive, send: Send) -> None:
    """Accept and close with 4004 (ASGI application), since a refused handshake tells a browser nothing."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": NO_CONVERSATION})
    while (await receive())["type"] != "websocket.disconnect":
        pass
