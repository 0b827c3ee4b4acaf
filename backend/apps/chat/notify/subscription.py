"""Subscribe to groups of notifications."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Self

import msgspec
import structlog
from channels.layers import get_channel_layer

from apps.chat.notify.notifications import ChatNotification

logger = structlog.get_logger(__name__)


class Subscription:
    """The notifications of some groups, in the order of their arrival."""

    def __init__(self, layer: Any, channel: str) -> None:  # noqa: ANN401 - Channels has no types
        """Hear what `layer` sends to `channel`; `subscribe` makes one."""
        self._layer = layer
        self._channel = channel
        self._groups: set[str] = set()

    async def join(self, *groups: str) -> None:
        """Hear `groups` too."""
        for group in groups:
            self._groups.add(group)
            await self._layer.group_add(group, self._channel)

    async def leave(self, *groups: str) -> None:
        """Stop hearing `groups`."""
        for group in groups:
            self._groups.discard(group)
            await self._layer.group_discard(group, self._channel)

    async def leave_all(self) -> None:
        """Stop hearing."""
        await self.leave(*self._groups)

    async def receive(self) -> ChatNotification:
        """Return the next notification; one that this version does not know is skipped."""
        while True:
            message = await self._layer.receive(self._channel)
            try:
                notification: ChatNotification = msgspec.convert(message, ChatNotification)
            except msgspec.ValidationError:
                # A worker of another version sent it, as happens while one replaces the other.
                logger.warning("notification_unknown", notification=message.get("type"))
            else:
                return notification

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ChatNotification:
        return await self.receive()


@asynccontextmanager
async def subscribe(*groups: str) -> AsyncGenerator[Subscription]:
    """Hear `groups` for the time of the block."""
    layer: Any = get_channel_layer()
    subscription = Subscription(layer, await layer.new_channel())
    try:
        await subscription.join(*groups)
        yield subscription
    finally:
        await subscription.leave_all()
