"""The TCP proxy in front of the workers: balances connections over them, and breaks connections on demand."""

import asyncio
import random
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from typing import override

from conformance.transports import abort
from testkit.tcp_proxy import TcpProxy

PIECE_BYTES = 4096
HANG_SECONDS = 12.0
SLOW_SECONDS = 3.0
SLOW_PIECE_BYTES = 60
SLOW_PIECES_PER_SECOND = 10


class Link:
    """A connection from a client through the proxy to the worker at `port`."""

    def __init__(self, client: asyncio.StreamWriter, server: asyncio.StreamWriter, port: int) -> None:
        self.port = port
        self._sides = (client, server)
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._is_slow = False
        self._end_of_hang: asyncio.TimerHandle | None = None
        self._end_of_slowness: asyncio.TimerHandle | None = None

    def cut(self) -> None:
        """End the connection once everything written is sent, as a proxy that shuts down does."""
        for side in self._sides:
            side.transport.close()

    async def close(self) -> None:
        """End it, and wait until both sides are closed."""
        self.cut()
        for side in self._sides:
            with suppress(OSError):
                await side.wait_closed()

    def reset(self) -> None:
        """End it with a TCP reset on both sides."""
        for side in self._sides:
            raw: socket.socket = side.get_extra_info("socket")
            with suppress(OSError):
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            abort(side.transport)

    def hang(self, seconds: float = HANG_SECONDS) -> None:
        """Forward nothing for a while, not even the end of one side."""
        self._flowing.clear()
        self._end_of_hang = _postpone(self._end_of_hang, seconds, self._flowing.set)

    def slow(self, seconds: float = SLOW_SECONDS) -> None:
        """Forward slowly for a while."""
        self._is_slow = True
        self._end_of_slowness = _postpone(self._end_of_slowness, seconds, self._flow_fast)

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward the bytes of one side until either side ends."""
        with suppress(OSError):
            while data := await reader.read(SLOW_PIECE_BYTES if self._is_slow else PIECE_BYTES):
                await self._flowing.wait()
                writer.write(data)
                await writer.drain()
                if self._is_slow:
                    await asyncio.sleep(1 / SLOW_PIECES_PER_SECOND)
        await self._flowing.wait()
        self.cut()

    def _flow_fast(self) -> None:
        self._is_slow = False


def _postpone(timer: asyncio.TimerHandle | None, seconds: float, end: Callable[[], None]) -> asyncio.TimerHandle:
    """Return the timer that ends a fault in `seconds`, in place of an earlier `timer`; a later one stays."""
    loop = asyncio.get_running_loop()
    due = loop.time() + seconds
    if timer is not None:
        if timer.when() > due:
            return timer
        timer.cancel()
    return loop.call_at(due, end)


class Proxy(TcpProxy):
    """The proxy: each connection goes to the next of `ports` that accepts it."""

    def __init__(self) -> None:
        super().__init__()
        self.ports: list[int] = []
        self._links: dict[int, Link] = {}
        self._turn = 0

    def worker_behind(self, client_port: int) -> int | None:
        """Return the port of the worker that serves the client on `client_port`."""
        link = self._links.get(client_port)
        return None if link is None else link.port

    def pick(self, share: float, rng: random.Random) -> list[Link]:
        """Return a random share of the open connections, at least one if there is any."""
        links = list(self._links.values())
        return rng.sample(links, max(1, round(share * len(links)))) if links else []

    @override
    async def serve(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        opened = await self._connect()
        if opened is None:
            return
        client_port = to_client.get_extra_info("peername")[1]
        port, from_server, to_server = opened
        link = self._links[client_port] = Link(to_client, to_server, port)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(link.pump(from_client, to_server))
                group.create_task(link.pump(from_server, to_client))
        finally:
            await self._links.pop(client_port).close()

    async def _connect(self) -> tuple[int, asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in range(len(self.ports)):
            self._turn += 1
            port = self.ports[self._turn % len(self.ports)]
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                return port, reader, writer
        return None
