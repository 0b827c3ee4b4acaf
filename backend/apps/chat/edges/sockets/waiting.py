"""The wait for `auth` of a WebSocket: limited in time, and in number per client network."""

import asyncio
from collections.abc import Callable
from typing import Self

from django.conf import settings

from apps.chat.live.quotas import unauthenticated_sockets
from apps.core.http.client_address import ClientNetwork


class AuthWait:
    """A slot among the WebSockets of a client network that have not signed in."""

    def __init__(self, client: ClientNetwork, timer: asyncio.TimerHandle) -> None:
        self._client = client
        self._timer = timer

    @classmethod
    def begin(cls, client: ClientNetwork, on_timeout: Callable[[], object]) -> Self | None:
        """Take a slot and call `on_timeout` unless the wait ends in time; None if all slots are taken."""
        if not unauthenticated_sockets.take(client, settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS):
            return None
        loop = asyncio.get_running_loop()
        return cls(client, loop.call_later(settings.SOCKET_AUTH_TIMEOUT, on_timeout))

    def end(self) -> None:
        """Give the slot back; call it once."""
        self._timer.cancel()
        unauthenticated_sockets.give_back(self._client)
