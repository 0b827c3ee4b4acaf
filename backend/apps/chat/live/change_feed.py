"""The signed-in reader of one user's change feed (docs/protocol.md, section 8)."""

import asyncio
from contextlib import suppress
from uuid import UUID

from apps.chat.conversations.change_feed import read_revision
from apps.chat.conversations.state import ActiveAnswer, read_active_answers
from apps.chat.live.closing import NOT_AUTHENTICATED, SessionEndedError
from apps.chat.live.connection import Line
from apps.chat.live.followers import SocketClosedError
from apps.chat.notify.notifications import Change, ChatNotification
from apps.chat.protocol.encoding import encode_change, encode_events_success, encode_refusal
from apps.core.database import run_in_database
from apps.users.auth import Principal
from apps.users.notifications import SessionEnded

MOST_WAITING = 100


class ChangesReader:
    """A signed-in reader, told of each change once and in their order; notices may come in any."""

    def __init__(self, principal: Principal, line: Line) -> None:
        """Speak through `line`."""
        self.principal = principal
        self.line = line
        self.pinged_at = asyncio.get_running_loop().time()
        self._revision = 0
        self._looked_at = 0
        self._waiting: dict[int, Change] = {}

    async def send_state(self, *, renewed: bool) -> None:
        """Send `auth.success`: whoever was not told of all up to its `revision` fetches the list again."""
        revision, active = await run_in_database(_read_state, self.principal.user_id)
        self._revision = max(self._revision, revision)
        await self.line.send_text(encode_events_success(self._revision, active, renewed=renewed))
        await self._tell_waiting()

    async def hear(self, notification: ChatNotification) -> None:
        """Pass on what a notice says; one that is ahead of another waits for it, or for the sweep."""
        match notification:
            case SessionEnded(session_id=session_id) if session_id == self.principal.session_id:
                await self.end_session()
            case Change() as change if len(self._waiting) < MOST_WAITING:
                self._waiting[change.revision] = change
                await self._tell_waiting()

    async def end_session(self) -> None:
        """Say that the session is over, and close."""
        with suppress(SocketClosedError):
            await self.line.send_text(encode_refusal(SessionEndedError()))
        await self.line.close(NOT_AUTHENTICATED)

    def is_behind(self, latest: Change | None) -> bool:
        """Say whether a notice was lost: what was there when this was last asked has not come since."""
        looked_at, self._looked_at = self._looked_at, latest.revision if latest else 0
        return self._revision < looked_at

    async def catch_up(self, latest: Change) -> None:
        """Tell what there is of what was missed, the latest change at least: its number shows what there is not."""
        self._waiting[latest.revision] = latest
        with suppress(SocketClosedError):
            for revision in sorted(self._waiting):
                await self._tell(revision)

    async def _tell_waiting(self) -> None:
        while (following := self._revision + 1) in self._waiting:
            await self._tell(following)
        for passed in [revision for revision in self._waiting if revision <= self._revision]:
            del self._waiting[passed]

    async def _tell(self, revision: int) -> None:
        change = self._waiting.pop(revision, None)
        if change is not None and revision > self._revision:
            self._revision = revision
            await self.line.send_text(encode_change(change))


def _read_state(user_id: UUID) -> tuple[int, list[ActiveAnswer]]:
    revision = read_revision(user_id)
    # After the revision: what begins or ends in between is told once more.
    return revision, read_active_answers(user_id)
