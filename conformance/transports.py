"""Transports that are aborted after they are lost.

asyncio's `abort` raises AttributeError for a transport that had data left to write when it was closed, and has written
it since (CPython 3.12 and 3.13: `_SelectorTransport._force_close`).
"""

import asyncio

from websockets.asyncio.client import ClientConnection


def abort(transport: asyncio.WriteTransport) -> None:
    """Abort a transport, unless it is lost already."""
    if transport.get_protocol() is not None:
        transport.abort()


class AbortableConnection(ClientConnection):
    """A WebSocket connection that aborts its transport only while it has one.

    `websockets` aborts the transport at each `send` and `close` of a connection that has ended.
    """

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.transport = LostTransport()


class LostTransport(asyncio.Transport):
    """The transport of a connection that has ended: to abort it has no effect."""

    def abort(self) -> None:
        pass
