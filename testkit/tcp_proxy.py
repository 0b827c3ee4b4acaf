"""The base of proxies: a port of the loopback, with a task for each connection."""

import asyncio
from contextlib import suppress

from testkit.api_user import LocalServer


class TcpProxy(LocalServer):
    """Serves each connection with `serve` until that returns, or until `stop`."""

    def __init__(self) -> None:
        super().__init__()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and drop all connections."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def serve(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        raise NotImplementedError

    async def _accept(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            # Cancelled by `stop`: asyncio would log the cancelled task of a connection as a fault.
            with suppress(OSError, asyncio.CancelledError, asyncio.IncompleteReadError):
                await self.serve(from_client, to_client)
        finally:
            self._tasks.discard(task)
            to_client.close()
