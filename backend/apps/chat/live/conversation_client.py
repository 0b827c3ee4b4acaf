"""A client of a conversation: tracks what it has received, and sends what follows."""

from contextlib import suppress
from typing import Any, assert_never, override
from uuid import UUID

from django.conf import settings

from apps.chat.answers.answer_state import find_answer
from apps.chat.answers.errors import NoConversationError
from apps.chat.answers.turn_view import find_turn
from apps.chat.conversations.state import ConversationState, read_state
from apps.chat.live.client import SignedInClient
from apps.chat.live.connection import CloseCode, Connection, ConnectionClosedError
from apps.chat.live.followers import Followers
from apps.chat.live.perform import AlreadyEnded, AnswerStopped, CommandResult, FollowRequested, TurnStarted
from apps.chat.notify.notifications import (
    AnswerWaitingNotification,
    ChatNotification,
    ConversationDeletedNotification,
    ConversationUpdatedNotification,
    RunStartedNotification,
    conversation_group,
)
from apps.chat.protocol.commands import AnswerPosition
from apps.chat.protocol.encoding import (
    CONVERSATION_DELETED,
    encode_auth_success,
    encode_conversation_updated,
    encode_waiting,
)
from apps.core.database import run_in_database
from apps.core.errors import NotFoundError, RateLimitError
from apps.users.auth import Principal


class ConversationClient(SignedInClient):
    """Follows the answers of one conversation; `public_id` is the id that its owner knows.

    `revision` is the latest revision of the conversation that the client knows.
    """

    __slots__ = ("_has_resumed", "conversation_id", "followers", "public_id", "revision")

    def __init__(self, principal: Principal, public_id: UUID, conversation_id: UUID, connection: Connection) -> None:
        super().__init__(principal, connection)
        self.public_id = public_id
        self.conversation_id = conversation_id
        self.followers = Followers(conversation_id, lambda: self.principal.session_id, connection.send_text)
        self.revision = 0
        self._has_resumed = False

    @property
    @override
    def subject_group(self) -> str:
        return conversation_group(self.conversation_id)

    # Entering and leaving ---------------------------------------------------------------------------------------------

    @override
    async def enter(self, resume: AnswerPosition | None) -> None:
        state = await self._send_state(renewed=False)
        conversation_clients.add(self)
        try:
            await self._resume(state, resume)
        except NotFoundError:
            self._has_resumed = True
            raise
        # Before this point, notifications and the sweep must follow nothing: they do not know the client's position.
        # After a fault they still must not: the client connects again.
        self._has_resumed = True

    @override
    async def send_renewal(self) -> None:
        await self._send_state(renewed=True)

    @override
    async def leave(self) -> None:
        conversation_clients.discard(self)
        await self.followers.close()

    async def _send_state(self, *, renewed: bool) -> ConversationState:
        state = await run_in_database(read_state, self.conversation_id)
        if state is None:
            raise NoConversationError
        self.revision = max(self.revision, state.revision)
        frame = encode_auth_success(
            self.public_id,
            revision=state.revision,
            leaf_id=state.leaf_id,
            active=state.active[0] if state.active else None,
            renewed=renewed,
        )
        await self.connection.send_text(frame)
        return state

    async def _resume(self, state: ConversationState, resume: AnswerPosition | None) -> None:
        """Follow the answer being written and the one to resume (docs/protocol.md: P-5.12)."""
        active_id = state.active[0] if state.active else None
        turn = await run_in_database(find_turn, self.conversation_id, active_id) if active_id else None
        if turn is not None:
            after = resume.position if resume is not None and resume.message_id == active_id else None
            self.followers.reannounce_from(turn, after)
        if resume is not None and resume.message_id != active_id:
            answer = await run_in_database(find_answer, self.conversation_id, resume.message_id)
            self.followers.follow(resume.message_id, answer.run.number, resume.position)

    # Commands -------------------------------------------------------------------------------------------------------

    def follow_result(self, result: CommandResult) -> None:
        """Follow the answer that a command of this client was about.

        Raises:
            RateLimitError: the client follows as many answers as it may.
        """
        match result:
            case TurnStarted(turn=turn):
                self.revision = max(self.revision, turn.revision)
                if turn.is_repeat:
                    self.followers.reannounce_from(turn, None)
                else:
                    self.followers.announce(turn)
            case AnswerStopped():
                pass  # The follower sends the terminal frame.
            case AlreadyEnded(answer_id=answer_id, end=end):
                if not self.followers.is_following(answer_id):  # Otherwise the terminal frame is on its way.
                    self.followers.follow(answer_id, end.run_number, end)
            case FollowRequested(answer_id=answer_id, run_number=run_number, after=after):
                self._check_room_for(answer_id)
                self.followers.follow(answer_id, run_number, after)
            case _:
                assert_never(result)

    def _check_room_for(self, answer_id: UUID) -> None:
        max_follows = settings.SOCKET_MAX_FOLLOWS
        if self.followers.count() >= max_follows and not self.followers.is_following(answer_id):
            raise RateLimitError(f"You can follow at most {max_follows} answers at a time.", retry_after=1)

    # Notifications and the sweep ------------------------------------------------------------------------------------

    @override
    async def send_notification(self, notification: ChatNotification) -> None:
        match notification:
            case RunStartedNotification(message_id=answer_id, run=run_number) if self._has_resumed:
                await self._announce_run(answer_id, run_number)
            case AnswerWaitingNotification(message_id=answer_id, seconds=seconds) if self.followers.is_following(
                answer_id
            ):
                await self.connection.send_text(encode_waiting(answer_id, seconds))
            case ConversationUpdatedNotification(revision=revision, changes=changes):
                await self._send_changes(revision, changes)
            case ConversationDeletedNotification():
                await self._send_deletion()

    def is_behind(self, state: ConversationState | None) -> bool:
        """Return whether the client lacks something of `state`; None stands for a deleted conversation."""
        if not self._has_resumed:
            return False
        if state is None or state.revision > self.revision:
            return True
        return state.active is not None and not self.followers.knows_run(*state.active)

    async def catch_up(self, state: ConversationState | None) -> None:
        """Send what a lost notification would have said; None stands for a deleted conversation."""
        with suppress(ConnectionClosedError):
            if state is None:
                await self._send_deletion()
                return
            if state.active is not None:
                await self._announce_run(*state.active)
            if state.revision > self.revision:
                await self._send_changes(state.revision, state.fields)

    async def _announce_run(self, answer_id: UUID, run_number: int) -> None:
        if self.followers.knows_run(answer_id, run_number):
            return
        turn = await run_in_database(find_turn, self.conversation_id, answer_id)
        if turn is not None:
            self.revision = max(self.revision, turn.revision)
            self.followers.announce(turn)

    async def _send_changes(self, revision: int, changes: dict[str, Any]) -> None:
        self.revision = max(self.revision, revision)
        await self.connection.send_text(encode_conversation_updated(revision, changes))

    async def _send_deletion(self) -> None:
        await self.connection.send_text(CONVERSATION_DELETED)
        await self.connection.close(CloseCode.NOT_FOUND)


conversation_clients: set[ConversationClient] = set()
"""The signed-in clients of conversations, in this worker."""
