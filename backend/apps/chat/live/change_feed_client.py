"""A client of a user's change feed (docs/protocol.md, section 8)."""

from contextlib import suppress
from typing import override
from uuid import UUID

from apps.chat.conversations.change_count import read_revision
from apps.chat.conversations.state import ActiveAnswer, read_active_answers
from apps.chat.live.client import SignedInClient
from apps.chat.live.connection import Connection, ConnectionClosedError
from apps.chat.notify.notifications import ChangeNotification, ChatNotification, change_feed_group
from apps.chat.protocol.commands import AnswerPosition
from apps.chat.protocol.encoding import encode_change, encode_change_feed_success
from apps.core.database import run_in_database
from apps.users.auth import Principal

MAX_WAITING = 100
"""Changes that wait for an earlier one; the sweep finds the others."""


class ChangeFeedClient(SignedInClient):
    """Receives each change once and in order, although the notifications may arrive in any order."""

    __slots__ = ("_latest_swept", "_revision", "_waiting")

    def __init__(self, principal: Principal, connection: Connection) -> None:
        super().__init__(principal, connection)
        self._revision = 0
        self._latest_swept = 0
        self._waiting: dict[int, ChangeNotification] = {}

    @property
    @override
    def subject_group(self) -> str:
        return change_feed_group(self.principal.user_id)

    @override
    async def enter(self, resume: AnswerPosition | None) -> None:
        await self._send_state(renewed=False)
        change_feed_clients.add(self)

    @override
    async def send_renewal(self) -> None:
        await self._send_state(renewed=True)

    @override
    async def leave(self) -> None:
        change_feed_clients.discard(self)

    @override
    async def send_notification(self, notification: ChatNotification) -> None:
        match notification:
            case ChangeNotification() as change if len(self._waiting) < MAX_WAITING:
                self._waiting[change.revision] = change
                await self._send_waiting()

    def record_sweep(self, latest: ChangeNotification | None) -> bool:
        """Record the latest change, and return whether the client still lacks the one of the previous sweep.

        The notification of `latest` itself may be on its way.
        """
        previous, self._latest_swept = self._latest_swept, latest.revision if latest else 0
        return self._revision < previous

    async def catch_up(self, latest: ChangeNotification) -> None:
        """Send the missed changes that are known, at least the latest: its number shows whether others are missing."""
        self._waiting[latest.revision] = latest
        with suppress(ConnectionClosedError):
            for revision in sorted(self._waiting):
                await self._send_change(revision)

    async def _send_state(self, *, renewed: bool) -> None:
        """Send `auth.success`: a client that has not received all changes up to its `revision` fetches the list."""
        revision, active = await run_in_database(_read_state, self.principal.user_id)
        self._revision = max(self._revision, revision)
        await self.connection.send_text(encode_change_feed_success(self._revision, active, renewed=renewed))
        await self._send_waiting()

    async def _send_waiting(self) -> None:
        while (following := self._revision + 1) in self._waiting:
            await self._send_change(following)
        for outdated in [revision for revision in self._waiting if revision <= self._revision]:
            del self._waiting[outdated]

    async def _send_change(self, revision: int) -> None:
        change = self._waiting.pop(revision, None)
        if change is not None and revision > self._revision:
            self._revision = revision
            await self.connection.send_text(encode_change(change))


change_feed_clients: set[ChangeFeedClient] = set()
"""The signed-in clients of change feeds, in this worker."""


def _read_state(user_id: UUID) -> tuple[int, list[ActiveAnswer]]:
    revision = read_revision(user_id)
    # Read after the revision: what begins or ends in between is also sent as a change.
    return revision, read_active_answers(user_id)
