"""Every socket path that leads nowhere."""

from typing import Any

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer

from apps.chat.live.closing import NO_CONVERSATION


class NowhereConsumer(AsyncConsumer):
    """Accepts and closes 4004, since a refused handshake tells a browser nothing."""

    async def websocket_connect(self, _: dict[str, Any]) -> None:
        """Close at once."""
        await self.base_send({"type": "websocket.accept"})
        await self.base_send({"type": "websocket.close", "code": NO_CONVERSATION})

    async def websocket_receive(self, _: dict[str, Any]) -> None:
        """Ignore what was on its way."""

    async def websocket_disconnect(self, _: dict[str, Any]) -> None:
        """End."""
        raise StopConsumer
