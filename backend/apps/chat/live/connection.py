"""Interfaces of one client's connection, and of the signed-in reader behind it."""

from typing import Protocol

from apps.chat.notify.notifications import ChatNotification
from apps.users.auth import Principal


class Line(Protocol):
    """What a reader is spoken to by: a WebSocket or an event stream."""

    async def send_text(self, frame: str) -> None:
        """Send one frame; waits while nobody reads.

        Raises:
            SocketClosedError: nobody is there any more.
        """
        ...

    async def send_ping(self) -> None:
        """Show that the line is alive."""
        ...

    async def close(self, code: int) -> None:
        """Close with one of the codes of docs/protocol.md, section 6; nothing is sent after it."""
        ...


class Reader(Protocol):
    """What every signed-in reader is to the sweep."""

    principal: Principal
    line: Line
    pinged_at: float

    async def hear(self, notification: ChatNotification) -> None:
        """Pass on what a notice says."""
        ...

    async def end_session(self) -> None:
        """Say that the session is over, and close."""
        ...
