"""Our own `serve`, on uvicorn's classes: by itself uvicorn closes every socket at once on SIGTERM."""

import asyncio
import ctypes
import gc
import os
import socket
import sys
from contextlib import suppress
from typing import override

import structlog
import uvicorn
from django.conf import settings

from apps.chat.process.lifetime import drain_chat
from server.socket_protocol import ChatSocketProtocol
from server.stalled_readers import ChatHttpProtocol

logger = structlog.get_logger(__name__)

GRACEFUL_SECONDS = 10
LINGER_SECONDS = 0.3
"""So long a worker whose place another one has taken still answers the requests of connections that it took before."""

GARBAGE_THRESHOLDS = (10_000, 20, 50)
"""New objects before a collection of the youngest, and how many of those before the older ones'; see `gc`."""

THREAD_SECONDS = 0.001
"""How long a database thread may keep the event loop waiting. Python's default of 5 ms is a token's time at 200/s."""


class ChatServer(uvicorn.Server):
    """Ends what is being written, and shows that to its readers, before the sockets are closed with 1012."""

    def __init__(self, config: uvicorn.Config, supervisor: socket.socket | None = None) -> None:
        """Serve as `config` says; `supervisor` is the line to whoever started this worker."""
        super().__init__(config)
        self._supervisor = supervisor

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # A full collection of all that the program is made of would stop every stream for longer than a token takes.
        gc.collect()
        gc.freeze()
        _give_memory_back()
        gc.set_threshold(*GARBAGE_THRESHOLDS)
        sys.setswitchinterval(THREAD_SECONDS)
        if self._supervisor is not None and self.started:
            self._report_to(self._supervisor)

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        if self._supervisor is not None:
            await asyncio.sleep(LINGER_SECONDS)
        await drain_chat()
        await super().shutdown(sockets)

    def _report_to(self, supervisor: socket.socket) -> None:
        """Say that requests are answered; from now on the end of the supervisor is the end of this worker."""
        if self.config.fd is not None:
            os.close(self.config.fd)  # uvicorn has a copy: with that one closed, the address is free.
        with suppress(OSError):  # It has ended already, which is read next.
            supervisor.send(b"1")
        asyncio.get_running_loop().add_reader(supervisor, self._end_without, supervisor)

    def _end_without(self, supervisor: socket.socket) -> None:
        """Drain and end, as on SIGTERM: nothing is ever sent on this line, so it was closed."""
        asyncio.get_running_loop().remove_reader(supervisor)
        logger.warning("supervisor_gone")
        self.should_exit = True


def _give_memory_back() -> None:
    """Let the system have what the start needed and the server does not; only glibc knows how."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def make_config(*, host: str, port: int, fd: int | None = None) -> uvicorn.Config:
    """Return how we want uvicorn to serve."""
    return uvicorn.Config(
        "config.asgi:application",
        host=host,
        port=port,
        fd=fd,
        workers=1,  # Else uvicorn reads WEB_CONCURRENCY itself, and fails where it is blank.
        loop="uvloop",
        http=ChatHttpProtocol,
        ws=ChatSocketProtocol,
        lifespan="on",
        ws_max_size=settings.SOCKET_MAX_FRAME,
        ws_ping_interval=settings.SOCKET_PING_INTERVAL,
        ws_ping_timeout=settings.SOCKET_PING_TIMEOUT,
        # Compression costs a window of memory each socket and 5 to 10 µs of CPU each frame, for frames of 100 bytes.
        ws_per_message_deflate=False,
        proxy_headers=False,  # apps.core.http.client_address decides whom to believe.
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )


def serve(*, host: str, port: int, fd: int | None = None, supervisor_fd: int | None = None) -> None:
    """Serve until SIGINT or SIGTERM, or until the supervisor at the other end of `supervisor_fd` has ended."""
    supervisor = None if supervisor_fd is None else socket.socket(fileno=supervisor_fd)
    ChatServer(make_config(host=host, port=port, fd=fd), supervisor).run()
