"""The open sockets of this process, and how many of them one address or user may have."""

from collections import Counter
from collections.abc import Hashable
from typing import Protocol
from uuid import UUID

from apps.chat.consumers.followers import Followers
from apps.chat.services.states import ConversationState
from apps.users.auth import Principal


class Socket(Protocol):
    """What the sweep needs of a signed-in socket."""

    principal: Principal | None
    conversation_id: UUID
    pinged_at: float
    followers: Followers

    async def send_ping(self) -> None:
        """Send `{"type": "ping"}`."""
        ...

    async def end_session(self) -> None:
        """Close 4001: the session is over."""
        ...

    def is_behind(self, state: ConversationState | None) -> bool:
        """Say whether a notice was lost."""
        ...

    async def catch_up(self, state: ConversationState | None) -> None:
        """Make good whatever notice was lost; None stands for a conversation that is gone."""
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


open_sockets: set[Socket] = set()
"""Every signed-in socket of this process."""

unauthenticated_sockets = Quota[str]()
user_sockets = Quota[UUID]()
