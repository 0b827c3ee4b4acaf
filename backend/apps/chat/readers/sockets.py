"""Who reads through this process right now, and how many of them one address or user may have."""

from collections import Counter
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from apps.users.auth import Principal

if TYPE_CHECKING:
    from apps.chat.readers.changes import ChangesReader
    from apps.chat.readers.conversation import ConversationReader


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
        """Close with one of the codes of section 6; nothing is sent after it."""
        ...


class Reader(Protocol):
    """What every signed-in reader is to the sweep."""

    principal: Principal
    line: Line
    pinged_at: float

    async def hear(self, notice: dict[str, Any]) -> None:
        """Pass on what a notice says."""
        ...

    async def end_session(self) -> None:
        """Say that the session is over, and close."""
        ...


class Quota[K: Hashable]:
    """At most `limit` at a time under one key; None is no limit."""

    def __init__(self) -> None:
        self._taken: Counter[K] = Counter()

    def take(self, key: K, limit: int | None) -> bool:
        """Take one place, or answer that there is none."""
        if limit is not None and self._taken[key] >= limit:
            return False
        self._taken[key] += 1
        return True

    def give_back(self, key: K) -> None:
        """Give one place back."""
        self._taken[key] -= 1
        if self._taken[key] <= 0:
            del self._taken[key]


open_sockets: "set[ConversationReader]" = set()
"""Every signed-in reader of a conversation in this process."""

open_event_sockets: "set[ChangesReader]" = set()
"""Every signed-in reader of `/ws/events/` in this process."""

unauthenticated_sockets = Quota[str]()
user_sockets = Quota[UUID]()
