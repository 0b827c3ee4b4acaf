"""Subscriptions to groups of notifications."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, Self, cast

import msgspec
import structlog
from channels.layers import get_channel_layer

from apps.chat.notify.notifications import ChatNotification
from apps.core.notify import NotificationMessage

logger = structlog.get_logger(__name__)


class Subscription:
    """The notifications of some groups, in the order of their arrival."""

    def __init__(self, layer: Any, channel: str) -> None:  # noqa: ANN401 - Channels has no types
        self._layer = layer
        self._channel = channel
        self._groups: set[str] = set()

    async def join(self, *groups: str) -> None:
        for group in groups:
            self._groups.add(group)
            await self._layer.group_add(group, self._channel)

    async def leave(self, *groups: str) -> None:
        for group in groups:
            self._groups.discard(group)
            await self._layer.group_discard(group, self._channel)

    async def leave_all(self) -> None:
        await self.leave(*self._groups)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> ChatNotification:
        """Return the next notification that this version knows."""
        while True:
            notification = _decode(await self._layer.receive(self._channel))
            if notification is not None:
                return notification


class CallbackSubscription(Subscription):
    """Passes notifications to a function as they arrive, without a task that waits for them."""

    @classmethod
    async def begin(cls, on_notification: Callable[[ChatNotification], None]) -> Self:
        """Call `on_notification` with each notification of the groups joined later; it must not raise.

        `end` must follow.
        """
        layer: Any = get_channel_layer()
        subscription = cls(layer, await layer.new_channel())

        def pass_on(message: dict[str, Any]) -> None:
            notification = (
                cast("ChatNotification", message.notification)
                if type(message) is NotificationMessage
                else _decode(message)
            )
            if notification is not None:
                on_notification(notification)

        layer.listen(subscription._channel, pass_on)
        return subscription

    async def end(self) -> None:
        """Stop calling the function, and leave all groups."""
        self._layer.stop_listening(self._channel)
        await self.leave_all()


def _decode(message: dict[str, Any]) -> ChatNotification | None:
    """Return a notification; None if it is of another version, whose workers run beside ours during an upgrade."""
    try:
        notification: ChatNotification = msgspec.convert(message, ChatNotification)
    except msgspec.ValidationError:
        logger.warning("notification_unknown", notification=message.get("type"))
        return None
    return notification


@asynccontextmanager
async def subscribe(*groups: str) -> AsyncGenerator[Subscription]:
    """Subscribe to `groups` until the end of the block."""
    layer: Any = get_channel_layer()
    subscription = Subscription(layer, await layer.new_channel())
    try:
        await subscription.join(*groups)
        yield subscription
    finally:
        await subscription.leave_all()
