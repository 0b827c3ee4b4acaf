"""Our own `serve`, on uvicorn's classes: it ends answers before sockets, and gives up readers that take nothing.

uvicorn by itself closes every socket at once on SIGTERM, and ASGI code sees neither protocol pongs nor a full send buffer.
"""

import asyncio
import socket
from typing import override

import uvicorn
from django.conf import settings
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from apps.chat.consumers.lifetime import drain_chat

GRACEFUL_SECONDS = 10


class ChatSocketProtocol(WebSocketsSansIOProtocol):
    """A WebSocket whose reader is given up when it takes nothing for `SOCKET_SEND_TIMEOUT` seconds."""

    _stalled: asyncio.TimerHandle | None = None
    _unread = 0

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._watch()

    @override
    def resume_writing(self) -> None:
        self._unwatch()
        super().resume_writing()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
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


class ChatServer(uvicorn.Server):
    """Ends what is being written, and shows that to its readers, before the sockets are closed with 1012."""

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await drain_chat()
        await super().shutdown(sockets)


def make_config(*, host: str, port: int, fd: int | None = None) -> uvicorn.Config:
    """Return how we want uvicorn to serve."""
    return uvicorn.Config(
        "config.asgi:application",
        host=host,
        port=port,
        fd=fd,
        loop="uvloop",
        http="httptools",
        ws=ChatSocketProtocol,
        lifespan="on",
        ws_max_size=settings.SOCKET_MAX_FRAME,
        ws_ping_interval=settings.SOCKET_PING_INTERVAL,
        ws_ping_timeout=settings.SOCKET_PING_TIMEOUT,
        # Compression costs a window of memory each socket and 5 to 10 µs of CPU each frame, for frames of 100 bytes.
        ws_per_message_deflate=False,
        proxy_headers=False,  # apps.core.client_address decides whom to believe.
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )


def serve(*, host: str, port: int, fd: int | None = None) -> None:
    """Serve until SIGINT or SIGTERM."""
    ChatServer(make_config(host=host, port=port, fd=fd)).run()
