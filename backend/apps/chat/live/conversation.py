"""One who reads a conversation and speaks in it, by whichever door: what it has been told and what comes next."""

import asyncio
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.chat.answers.follow import check_answer, find_end
from apps.chat.answers.start import start_answer
from apps.chat.answers.stop import stop_active_answer
from apps.chat.answers.turn import find_turn
from apps.chat.conversations.state import ConversationState
from apps.chat.live.closing import NO_CONVERSATION, NOT_AUTHENTICATED, SessionEndedError
from apps.chat.live.connection import Line
from apps.chat.live.followers import Followers, SocketClosedError
from apps.chat.notify.notifications import ChatNotification, ConversationDeleted, ConversationUpdated, RunStarted
from apps.chat.protocol.commands import AnswerPosition, AskCommand, Follow
from apps.chat.protocol.encoding import (
    CONVERSATION_DELETED,
    encode_auth_success,
    encode_conversation_updated,
    encode_refusal,
)
from apps.core.database import run_in_database
from apps.core.errors import RateLimitError
from apps.users.auth import Principal
from apps.users.notifications import SessionEnded


class ConversationReader:
    """A signed-in reader; `public_id` is what the owner calls the conversation, `conversation_id` what we do."""

    __slots__ = (
        "_has_replayed",
        "_revision",
        "conversation_id",
        "followers",
        "line",
        "pinged_at",
        "principal",
        "public_id",
    )

    def __init__(self, principal: Principal, public_id: UUID, conversation_id: UUID, line: Line) -> None:
        """Speak through `line`."""
        self.principal = principal
        self.public_id = public_id
        self.conversation_id = conversation_id
        self.line = line
        self.followers = Followers(conversation_id, line.send_text)
        self.pinged_at = asyncio.get_running_loop().time()
        self._revision = 0
        self._has_replayed = False

    # The beginning --------------------------------------------------------------------------------------------------

    async def send_state(self, state: ConversationState, *, renewed: bool) -> None:
        """Send `auth.success`."""
        self._revision = max(self._revision, state.revision)
        frame = encode_auth_success(
            self.public_id,
            revision=state.revision,
            leaf_id=state.leaf_id,
            active=state.active[0] if state.active else None,
            renewed=renewed,
        )
        await self.line.send_text(frame)

    async def replay(self, state: ConversationState, resume: AnswerPosition | None) -> None:
        """Send what follows `auth.success` (docs/protocol.md: P-5.12): the answer being written, the one to resume.

        Until then no notice and no sweep begins anything: it would not know from where.
        """
        try:
            await self._replay(state, resume)
        finally:
            self._has_replayed = True

    async def _replay(self, state: ConversationState, resume: AnswerPosition | None) -> None:
        active_id = state.active[0] if state.active else None
        turn = await run_in_database(find_turn, self.conversation_id, active_id) if active_id else None
        if turn is not None:
            after = resume.position if resume is not None and resume.message_id == active_id else None
            self.followers.begin_again(turn, after)
        if resume is not None and resume.message_id != active_id:
            answer = await run_in_database(check_answer, self.conversation_id, resume.message_id)
            self.followers.follow(resume.message_id, answer.run.number, resume.position)

    # Commands -------------------------------------------------------------------------------------------------------

    async def start_answer(self, command: AskCommand) -> None:
        """Have an answer written and follow it; a repeated command has the stream of the first sent again."""
        turn = await start_answer(
            user_id=self.principal.user_id,
            session_id=self.principal.session_id,
            conversation_id=self.conversation_id,
            request=command.to_request(),
        )
        self._revision = max(self._revision, turn.revision)
        if turn.is_repeat:
            self.followers.begin_again(turn, None)
        else:
            self.followers.begin(turn)

    async def stop(self, answer_id: UUID | None) -> None:
        """End an answer; one that has ended has its terminal frame sent again."""
        if await stop_active_answer(self.conversation_id, answer_id) is not None:
            return  # Every follower gets its terminal frame, this reader among them.
        ended_id, end = await run_in_database(find_end, self.conversation_id, answer_id)
        if not self.followers.follows(ended_id):  # Else the rest and the terminal frame are on their way.
            self.followers.follow(ended_id, end.run, end)

    async def follow(self, command: Follow) -> None:
        """Follow an answer from a position."""
        most = settings.SOCKET_MAX_FOLLOWS
        if self.followers.count() >= most and not self.followers.follows(command.message_id):
            raise RateLimitError(f"At most {most} answers are followed at a time.", retry_after=1)
        answer = await run_in_database(check_answer, self.conversation_id, command.message_id)
        self.followers.follow(command.message_id, answer.run.number, command.position)

    # Notices --------------------------------------------------------------------------------------------------------

    async def hear(self, notification: ChatNotification) -> None:
        """Pass on what a notice says; one of a kind that is not for readers says nothing."""
        match notification:
            case SessionEnded(session_id=session_id) if session_id == self.principal.session_id:
                # Not of a session that this one was renewed from.
                await self.end_session()
            case RunStarted(message_id=answer_id, run=run) if self._has_replayed:
                await self._follow_run(answer_id, run)
            case ConversationUpdated(revision=revision, changes=changes):
                await self._tell_changes(revision, changes)
            case ConversationDeleted():
                await self._tell_deletion()

    async def end_session(self) -> None:
        """Say that the session is over, and close."""
        with suppress(SocketClosedError):
            await self.line.send_text(encode_refusal(SessionEndedError()))
        await self.line.close(NOT_AUTHENTICATED)

    # The sweep ------------------------------------------------------------------------------------------------------

    def is_behind(self, state: ConversationState | None) -> bool:
        """Say whether the conversation has moved on without this reader."""
        if not self._has_replayed:
            return False
        if state is None or state.revision > self._revision:
            return True
        return state.active is not None and not self.followers.has_begun(*state.active)

    async def catch_up(self, state: ConversationState | None) -> None:
        """Make good whatever notice was lost; None stands for a conversation that is gone."""
        with suppress(SocketClosedError):
            if state is None:
                await self._tell_deletion()
                return
            if state.active is not None:
                await self._follow_run(*state.active)
            if state.revision > self._revision:
                await self._tell_changes(state.revision, state.fields)

    async def _follow_run(self, answer_id: UUID, run: int) -> None:
        if self.followers.has_begun(answer_id, run):
            return
        turn = await run_in_database(find_turn, self.conversation_id, answer_id)
        if turn is not None:
            self._revision = max(self._revision, turn.revision)
            self.followers.begin(turn)

    async def _tell_changes(self, revision: int, changes: dict[str, Any]) -> None:
        self._revision = max(self._revision, revision)
        await self.line.send_text(encode_conversation_updated(revision, changes))

    async def _tell_deletion(self) -> None:
        await self.line.send_text(CONVERSATION_DELETED)
        await self.line.close(NO_CONVERSATION)
