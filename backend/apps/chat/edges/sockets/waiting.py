"""The wait for `auth` of a WebSocket: limited in time, and in number per client address."""

import asyncio
from collections.abc import Callable
from typing import Self

from django.conf import settings

from apps.chat.live.quotas import unauthenticated_sockets


class AuthWait:
    """A place among the WebSockets of a client address that have not signed in."""

    def __init__(self, address: str, timer: asyncio.TimerHandle) -> None:
        """Hold the place; `begin` makes one."""
        self._address = address
        self._timer = timer

    @classmethod
    def begin(cls, address: str, on_timeout: Callable[[], object]) -> Self | None:
        """Take a place and call `on_timeout` unless the wait ends in time; None if all places are taken."""
        if not unauthenticated_sockets.take(address, settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS):
            return None
        loop = asyncio.get_running_loop()
        return cls(address, loop.call_later(settings.SOCKET_AUTH_TIMEOUT, on_timeout))

    def end(self) -> None:
        """Give the place back; call it once."""
        self._timer.cancel()
        unauthenticated_sockets.give_back(self._address)
