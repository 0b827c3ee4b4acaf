"""What each command of a client calls."""

import asyncio
from typing import TYPE_CHECKING, assert_never
from uuid import UUID

from django.conf import settings

from apps.chat.consumers.closing import (
    NO_CONVERSATION,
    NOT_AUTHENTICATED,
    TOO_MANY_SOCKETS,
    AuthenticationRequiredError,
    TooManySocketsError,
)
from apps.chat.events import Position
from apps.chat.protocol.commands import Authenticate, Command, Follow, Ping, Pong, Stop
from apps.chat.protocol.frames import PONG, encode_auth_success
from apps.chat.services.answers import start_answer
from apps.chat.services.errors import NoConversationError
from apps.chat.services.following import check_answer, find_end
from apps.chat.services.notices import conversation_group
from apps.chat.services.requests import AnswerRequest
from apps.chat.services.running import running_answers
from apps.chat.services.states import ConversationState, read_own_state
from apps.chat.services.turns import find_turn
from apps.core.database import run_in_database
from apps.core.errors import AuthenticationError, RateLimitError
from apps.users.auth import Principal, authenticate_access
from apps.users.services.sessions import session_group

if TYPE_CHECKING:
    from apps.chat.consumers.chat import ChatConsumer


async def carry_out(socket: "ChatConsumer", command: Command) -> None:
    """Carry out one command.

    Raises:
        AppError: it was refused.
    """
    if isinstance(command, Pong):
        return
    _check_rate(socket)
    match command:
        case Ping():
            await socket.send_text(PONG)
        case Authenticate():
            await (_renew(socket, command) if socket.principal else _sign_in(socket, command))
        case AnswerRequest():
            await _start_answer(socket, _signed_in(socket), command)
        case Stop():
            _signed_in(socket)
            await _stop(socket, command.message_id)
        case Follow():
            _signed_in(socket)
            await _follow(socket, command)
        case _:
            assert_never(command)


def _check_rate(socket: "ChatConsumer") -> None:
    retry_after = socket.commands.hit(asyncio.get_running_loop().time())
    if retry_after:
        raise RateLimitError("Too many commands on this connection: wait a little.", retry_after=retry_after)


def _signed_in(socket: "ChatConsumer") -> Principal:
    if socket.principal is None:
        raise AuthenticationRequiredError
    return socket.principal


async def _sign_in(socket: "ChatConsumer", command: Authenticate) -> None:
    # Subscribed before the state is read: what happens in between comes as a notice after it.
    await socket.join(conversation_group(socket.public_id))
    try:
        principal, state = await run_in_database(_open_conversation, command.token, socket.public_id)
        if state is not None and state.id != socket.public_id:
            await socket.leave(conversation_group(socket.public_id))
            await socket.join(conversation_group(state.id))
            state = await run_in_database(read_own_state, principal.user_id, socket.public_id)
    except AuthenticationError as error:
        await socket.refuse_and_close(error, NOT_AUTHENTICATED)
        return
    if state is None:
        await socket.refuse_and_close(NoConversationError(), NO_CONVERSATION)
        return
    if not socket.sign_in(principal, state.id):
        await socket.refuse_and_close(TooManySocketsError(), TOO_MANY_SOCKETS)
        return
    await socket.join(session_group(principal.session_id))
    await _send_state(socket, state, renewed=False)
    await _replay(socket, state, command.resume)


async def _renew(socket: "ChatConsumer", command: Authenticate) -> None:
    principal, state = await run_in_database(_open_conversation, command.token, socket.public_id)
    before = _signed_in(socket)
    if principal.user_id != before.user_id:
        raise AuthenticationError("This token is of another user: the connection stays as it was.")
    if state is None:
        raise NoConversationError
    socket.principal = principal
    if principal.session_id != before.session_id:
        await socket.leave(session_group(before.session_id))
        await socket.join(session_group(principal.session_id))
    await _send_state(socket, state, renewed=True)


def _open_conversation(token: str, public_id: UUID) -> tuple[Principal, ConversationState | None]:
    principal = authenticate_access(token)
    return principal, read_own_state(principal.user_id, public_id)


async def _send_state(socket: "ChatConsumer", state: ConversationState, *, renewed: bool) -> None:
    socket.revision = max(socket.revision, state.revision)
    frame = encode_auth_success(
        socket.public_id,
        revision=state.revision,
        leaf_id=state.leaf_id,
        active=state.active[0] if state.active else None,
        renewed=renewed,
    )
    await socket.send_text(frame)


async def _replay(socket: "ChatConsumer", state: ConversationState, resume: tuple[UUID, Position] | None) -> None:
    active_id = state.active[0] if state.active else None
    turn = await run_in_database(find_turn, socket.conversation_id, active_id) if active_id else None
    if turn is not None:
        after = resume[1] if resume is not None and resume[0] == active_id else None
        socket.followers.begin_again(turn, after)
    if resume is not None and resume[0] != active_id:
        await run_in_database(check_answer, socket.conversation_id, resume[0])
        socket.followers.follow(resume[0], resume[1].run, resume[1])


async def _start_answer(socket: "ChatConsumer", principal: Principal, request: AnswerRequest) -> None:
    turn = await start_answer(
        user_id=principal.user_id,
        session_id=principal.session_id,
        conversation_id=socket.conversation_id,
        request=request,
    )
    socket.revision = max(socket.revision, turn.revision)
    if turn.is_repeat:
        socket.followers.begin_again(turn, None)
    else:
        socket.followers.begin(turn)


async def _stop(socket: "ChatConsumer", answer_id: UUID | None) -> None:
    if running_answers.stop_in(socket.conversation_id, answer_id):
        return  # Every follower gets its terminal frame, this socket among them.
    ended_id, end = await run_in_database(find_end, socket.conversation_id, answer_id)
    if not socket.followers.follows(ended_id):  # Else the rest and the terminal frame are on their way.
        socket.followers.follow(ended_id, end.run, end)


async def _follow(socket: "ChatConsumer", command: Follow) -> None:
    if socket.followers.count() >= settings.SOCKET_MAX_FOLLOWS and not socket.followers.follows(command.message_id):
        raise RateLimitError(f"At most {settings.SOCKET_MAX_FOLLOWS} answers are followed at a time.", retry_after=1)
    await run_in_database(check_answer, socket.conversation_id, command.message_id)
    socket.followers.follow(command.message_id, command.position.run, command.position)
