"""The server: uvicorn, with a drain on SIGTERM, because alone it would close every socket immediately."""

import asyncio
import gc
import os
import socket
import sys
from contextlib import suppress
from typing import override

import structlog
import uvicorn
from django.conf import settings

from apps.chat.process.drain import drain_chat
from apps.core.malloc import return_large_blocks, trim_memory
from server.admission import raise_file_limit
from server.http_protocol import ChatHttpProtocol
from server.socket_protocol import ChatSocketProtocol

logger = structlog.get_logger(__name__)

GRACEFUL_SECONDS = 10
LINGER_SECONDS = 0.3
"""How long a worker that is replaced still answers requests on connections that it has accepted."""

GARBAGE_THRESHOLDS = (2_000, 100, 50)
"""Thresholds of the three generations; see `gc.set_threshold`. Among 10,000 new objects, a search takes up to 5 ms."""

THREAD_SECONDS = 0.001
"""How long a database thread may block the event loop: at 200 tokens/s, Python's default of 5 ms is a whole token."""


class ChatServer(uvicorn.Server):
    """Ends running answers and delivers their endings before it closes the sockets with 1012."""

    def __init__(self, config: uvicorn.Config, supervisor: socket.socket | None = None) -> None:
        """Serve as `config` says; `supervisor` is the socket to the supervisor of this worker."""
        super().__init__(config)
        self._supervisor = supervisor

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        logger.info("open_files_allowed", count=raise_file_limit())
        await super().startup(sockets)
        # A full collection of all modules would stall every stream for longer than a token.
        gc.collect()
        gc.freeze()
        trim_memory()
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
        """Report that this worker serves; from now on it ends with its supervisor."""
        if self.config.fd is not None:
            os.close(self.config.fd)  # uvicorn has a copy; closing that one frees the address.
        with suppress(OSError):  # It has ended already: the reader below notices.
            supervisor.send(b"1")
        asyncio.get_running_loop().add_reader(supervisor, self._on_supervisor_gone, supervisor)

    def _on_supervisor_gone(self, supervisor: socket.socket) -> None:
        """Drain and end, as on SIGTERM: the supervisor never sends anything, so its socket was closed."""
        asyncio.get_running_loop().remove_reader(supervisor)
        logger.warning("supervisor_gone")
        self.should_exit = True


def make_config(*, host: str, port: int, fd: int | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        "config.asgi:application",
        host=host,
        port=port,
        fd=fd,
        workers=1,  # Otherwise uvicorn reads WEB_CONCURRENCY itself, and fails if it is blank.
        loop="uvloop",
        http=ChatHttpProtocol,
        ws=ChatSocketProtocol,
        lifespan="on",
        ws_max_size=settings.SOCKET_MAX_FRAME,
        ws_ping_interval=settings.SOCKET_PING_INTERVAL,
        ws_ping_timeout=settings.SOCKET_PING_TIMEOUT,
        # Compression costs memory per socket and 5 to 10 µs of CPU per frame, and a frame has about 150 bytes.
        ws_per_message_deflate=False,
        proxy_headers=False,  # apps.core.http.client_address decides which proxies to trust.
        server_header=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )


def serve(*, host: str, port: int, fd: int | None = None, supervisor_fd: int | None = None) -> None:
    """Serve until SIGINT, SIGTERM, or the end of the supervisor at the other end of `supervisor_fd`."""
    return_large_blocks()
    supervisor = None if supervisor_fd is None else socket.socket(fileno=supervisor_fd)
    with suppress(KeyboardInterrupt):  # Ctrl+C has ended it in order.
        ChatServer(make_config(host=host, port=port, fd=fd), supervisor).run()
