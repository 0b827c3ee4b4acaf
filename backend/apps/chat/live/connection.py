"""Interface of a connection: one WebSocket, or one response of server-sent events."""

from typing import Protocol


class ConnectionClosedError(Exception):
    """The connection is closed: nothing can be sent any more."""


class Connection(Protocol):
    """Sends frames to one client."""

    async def send_text(self, frame: str) -> None:
        """Send one frame; waits while the client does not read.

        Raises:
            ConnectionClosedError: the connection is closed.
        """
        ...

    async def send_ping(self) -> None:
        """Show that the connection is alive."""
        ...

    async def close(self, code: int) -> None:
        """Close with one of the close codes (docs/protocol.md, section 6); nothing is sent after it."""
        ...
