"""Connections rid of readers that take nothing: sockets, and the responses that take their place."""

import asyncio

from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class StalledReaderWatch(asyncio.Protocol):
    """Goes before a protocol of uvicorn's: gives a reader up that takes nothing for `SOCKET_SEND_TIMEOUT` seconds."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _stalled: asyncio.TimerHandle | None = None
    _unread = 0

    def pause_writing(self) -> None:
        """The buffers are full."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """There is room again."""
        self._unwatch()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._unwatch()
        super().connection_lost(exc)

    def _watch(self) -> None:
        self._unread = self.transport.get_write_buffer_size()
        self._stalled = self.loop.call_later(settings.SOCKET_SEND_TIMEOUT, self._check)

    def _check(self) -> None:
        if self.transport.get_write_buffer_size() < self._unread:
            self._watch()  # Slow, but it reads.
        else:
            self.transport.abort()

    def _unwatch(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None


class ChatHttpProtocol(StalledReaderWatch, HttpToolsProtocol):
    """HTTP as uvicorn serves it."""
