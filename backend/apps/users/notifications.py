"""The notifications of the end of a session or a personal key, and the groups that receive them."""

from collections.abc import Sequence
from typing import override
from uuid import UUID

from apps.core.notify import Notification

ACCESS_ENDS_GROUP = "session.ends"
"""Receives the end of every session and every personal key."""


def session_group(session_id: UUID) -> str:
    """Return the name of the group of a session's open connections."""
    return f"session.{session_id.hex}"


class SessionEndedNotification(Notification, frozen=True, kw_only=True, tag="session.ended"):
    """A session has ended: its connections close, and the answers it asked for stop."""

    session_id: UUID

    @property
    @override
    def groups(self) -> Sequence[str]:
        return ACCESS_ENDS_GROUP, session_group(self.session_id)


class KeyEndedNotification(Notification, frozen=True, kw_only=True, tag="key.ended"):
    """A personal key has been deleted: the calls that it made end."""

    key_id: UUID

    @property
    @override
    def groups(self) -> Sequence[str]:
        return (ACCESS_ENDS_GROUP,)
