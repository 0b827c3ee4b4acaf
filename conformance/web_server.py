"""A web server of aiohttp that loses no connection as it stops."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

TURNS_OF_A_CONNECTION = 5
"""Turns of the event loop that an accepted connection takes, with a margin (asyncio: three)."""


@asynccontextmanager
async def serve_application(
    application: web.Application, port: int = 0, *, backlog: int = 128, **options: Any
) -> AsyncIterator[int]:
    """Serve on the loopback until the block ends, and yield the port; `options` are passed to `AppRunner`."""
    runner = web.AppRunner(application, access_log=None, **options)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", port))
    await web.SockSite(runner, listener, backlog=backlog).start()
    try:
        yield listener.getsockname()[1]
    finally:
        # asyncio loses a connection that it accepts just before the server closes.
        asyncio.get_running_loop().remove_reader(listener)
        for _ in range(TURNS_OF_A_CONNECTION):
            await asyncio.sleep(0)
        await runner.cleanup()
