"""Performs a client's commands for WebSocket and POST; each of the two decides what to send for a result."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from apps.chat.answers.answer_state import find_answer, find_end_position
from apps.chat.answers.start import start_answer
from apps.chat.answers.stop import stop_active_answer
from apps.chat.answers.turn_view import Turn
from apps.chat.events import Position
from apps.chat.protocol.commands import (
    ContinueAnswer,
    EditQuestion,
    Follow,
    Regenerate,
    SendMessage,
    SignedInCommand,
    Stop,
)
from apps.core.database import run_in_database
from apps.users.auth import Principal


@dataclass(frozen=True, slots=True)
class TurnStarted:
    """The answer of `turn` is being written, or was started by the same command before (`turn.is_repeat`)."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class AnswerStopped:
    """The writer stops now; each follower gets the terminal frame."""

    answer_id: UUID


@dataclass(frozen=True, slots=True)
class AlreadyEnded:
    """There was nothing to stop: the answer had already ended, at `end`."""

    answer_id: UUID
    end: Position


@dataclass(frozen=True, slots=True)
class FollowRequested:
    """The client asked to follow this answer from `after` on; its latest run is `run_number`."""

    answer_id: UUID
    run_number: int
    after: Position


type CommandResult = TurnStarted | AnswerStopped | AlreadyEnded | FollowRequested


async def perform_command(command: SignedInCommand, principal: Principal, conversation_id: UUID) -> CommandResult:
    """Do what `command` asks for in a conversation of `principal`, and return what was done.

    Raises:
        AppError: why it was not done.
    """
    match command:
        case SendMessage() | Regenerate() | EditQuestion() | ContinueAnswer():
            turn = await start_answer(
                user_id=principal.user_id,
                session_id=principal.session_id,
                conversation_id=conversation_id,
                request=command.to_request(),
            )
            return TurnStarted(turn)
        case Stop():
            return await _stop(conversation_id, command.message_id)
        case Follow():
            answer = await run_in_database(find_answer, conversation_id, command.message_id)
            return FollowRequested(command.message_id, answer.run.number, command.position)
        case _:
            assert_never(command)


async def _stop(conversation_id: UUID, answer_id: UUID | None) -> AnswerStopped | AlreadyEnded:
    active_id = await stop_active_answer(conversation_id, answer_id)
    if active_id is not None:
        return AnswerStopped(active_id)
    return AlreadyEnded(*await run_in_database(find_end_position, conversation_id, answer_id))
