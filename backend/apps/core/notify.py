"""Notify other connections and workers: small, repeatable messages through the Channels layer.

Notifications only save time: each worker also asks the database every second or two, so a lost one only delays news,
unless it describes a moment, such as the seconds of a wait. The layer is not ordered, either.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from apps.core.outages import log_failure

logger = structlog.get_logger(__name__)


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all notifications: each has a tag and names the groups that receive it."""

    @property
    def groups(self) -> Sequence[str]:
        """The groups of the Channels layer that receive it."""
        raise NotImplementedError

    @property
    def name(self) -> str:
        """Its name in the log."""
        return str(self.__struct_config__.tag)


class NotificationMessage(dict[str, Any]):
    """A notification as a message of the Channels layer; the worker that sent it need not decode it."""

    __slots__ = ("notification",)

    def __init__(self, notification: Notification) -> None:
        super().__init__(msgspec.to_builtins(notification))
        self.notification = notification


async def notify(*notifications: Notification) -> None:
    """Send `notifications` to their groups on every worker; never fails, and gives up at the first failure."""
    layer: Any = get_channel_layer()
    for notification in notifications:
        message = NotificationMessage(notification)
        try:
            for group in notification.groups:
                await layer.group_send(group, message)
        except Exception as error:  # noqa: BLE001 - its content is stored; the sweep delivers that too
            log_failure(logger, "notification_lost", error, notification=notification.name)
            return


def notify_after_commit(*notifications: Notification) -> None:
    """Send `notifications` once the current transaction is committed; for synchronous code."""
    transaction.on_commit(partial(async_to_sync(notify), *notifications))
