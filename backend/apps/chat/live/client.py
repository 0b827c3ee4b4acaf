"""A client that has signed in on a connection."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from apps.chat.live.connection import CloseCode, Connection, ConnectionClosedError, SessionEndedError
from apps.chat.notify.notifications import ChatNotification
from apps.chat.protocol.commands import AnswerPosition
from apps.chat.protocol.encoding import encode_refusal
from apps.core.errors import AuthenticationError
from apps.users.auth import Principal
from apps.users.notifications import SessionEndedNotification, session_group


class SignedInClient(ABC):
    """Base of both kinds of client: in a conversation, and in a change feed."""

    __slots__ = ("connection", "pinged_at", "principal")

    def __init__(self, principal: Principal, connection: Connection) -> None:
        self.principal = principal
        self.connection = connection
        self.pinged_at = asyncio.get_running_loop().time()

    @property
    @abstractmethod
    def subject_group(self) -> str:
        """The group of the client's subject: its conversation, or its user's change feed."""

    @property
    def groups(self) -> Sequence[str]:
        """All groups whose notifications the client receives."""
        return self.subject_group, session_group(self.principal.session_id)

    @abstractmethod
    async def enter(self, resume: AnswerPosition | None) -> None:
        """Send `auth.success` and the frames after it; call it once subscribed, so that no notification is missed.

        Raises:
            NoConversationError: the conversation has been deleted.
            NotFoundError: it has no such answer as `resume` names; the client has entered anyway.
            Exception: a fault; the client has not entered, and its connection must be closed.
        """

    @abstractmethod
    async def send_renewal(self) -> None:
        """Answer a later `auth`; its session is already in `principal`.

        Raises:
            NoConversationError: the conversation has been deleted.
        """

    @abstractmethod
    async def leave(self) -> None:
        """Release everything that the client has here."""

    def change_session(self, principal: Principal) -> UUID:
        """Continue in another session of the same user; return the session before.

        Raises:
            AuthenticationError: it is a session of another user.
        """
        previous = self.principal
        if principal.user_id != previous.user_id:
            raise AuthenticationError("This token belongs to another user: the connection keeps its session.")
        self.principal = principal
        return previous.session_id

    async def receive_notification(self, notification: ChatNotification) -> None:
        """Send the frames of a notification, unless it is for another client's groups.

        The groups hold internal ids, which the server looked up for this principal: another user's conversation may
        have the same public id.
        """
        if set(self.groups).isdisjoint(notification.groups):
            return
        match notification:
            case SessionEndedNotification(session_id=session_id):
                # An earlier session of this connection may end.
                if session_id == self.principal.session_id:
                    await self.end_session()
            case _:
                await self.send_notification(notification)

    @abstractmethod
    async def send_notification(self, notification: ChatNotification) -> None:
        """Send the client the frames of a notification of its `subject_group`."""

    async def end_session(self) -> None:
        """Tell the client that its session has ended, and close."""
        with suppress(ConnectionClosedError):
            await self.connection.send_text(encode_refusal(SessionEndedError()))
        await self.connection.close(CloseCode.NOT_AUTHENTICATED)
