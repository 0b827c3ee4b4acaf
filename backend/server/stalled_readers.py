"""Aborts connections whose client has stopped reading: sockets and streamed responses."""

import asyncio

from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class StalledReaderWatch(asyncio.Protocol):
    """Mix-in for uvicorn's protocols: aborts a connection that takes no data for `SOCKET_SEND_TIMEOUT` seconds."""

    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    _stalled: asyncio.TimerHandle | None = None
    _unread = 0

    def pause_writing(self) -> None:
        """Start watching: the write buffer is full."""
        super().pause_writing()
        self._watch()

    def resume_writing(self) -> None:
        """Stop watching: the write buffer has room again."""
        self._unwatch()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop watching: the connection is closed."""
        self._unwatch()
        super().connection_lost(exc)

    def _watch(self) -> None:
        self._unread = self.transport.get_write_buffer_size()
        self._stalled = self.loop.call_later(settings.SOCKET_SEND_TIMEOUT, self._check)

    def _check(self) -> None:
        if self.transport.get_write_buffer_size() < self._unread:
            self._watch()  # Slow, but still reading.
        else:
            self.transport.abort()

    def _unwatch(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None


class ChatHttpProtocol(StalledReaderWatch, HttpToolsProtocol):
    """uvicorn's HTTP protocol, with the watch."""
