"""The chat without WebSocket: commands by POST, frames as server-sent events (docs/protocol.md, section 9)."""

import asyncio
from dataclasses import replace
from http import HTTPStatus
from typing import Any, assert_never
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router

from apps.chat.answers.errors import NoConversationError
from apps.chat.answers.follow import check_answer, find_end, follow_answer
from apps.chat.answers.start import start_answer
from apps.chat.answers.stop import stop_active_answer
from apps.chat.conversations.state import ConversationState, read_own_state
from apps.chat.edges.sse.event_stream import EventStream
from apps.chat.edges.sse.schemas import PositionQuery
from apps.chat.edges.sse.stream_line import StreamLine
from apps.chat.edges.sse.streams import ChangesStream, ConversationStream
from apps.chat.events import RunEnded
from apps.chat.live.change_feed import ChangesReader
from apps.chat.live.conversation import ConversationReader
from apps.chat.protocol.commands import (
    AnswerPosition,
    ContinueAnswer,
    EditQuestion,
    Ping,
    Pong,
    PostedCommand,
    Regenerate,
    SendMessage,
    Stop,
)
from apps.chat.protocol.decoding import POSTED_COMMANDS, RefusedFrameError
from apps.chat.protocol.encoding import PONG, encode_accepted, encode_ended, encode_refusal
from apps.core.database import run_in_database
from apps.core.errors import AppError, TooLargeError
from apps.core.tasks import spawn
from apps.users.auth import AsyncBearerAuth, Principal

fallback_router = Router(tags=["without WebSocket"], auth=AsyncBearerAuth())
changes_router = Router(tags=["without WebSocket"], auth=AsyncBearerAuth())

STREAM_HEADERS = {
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",  # nginx, and others that learned it from there
}

FRAME = {"content": {"application/json": {"schema": {"type": "object", "properties": {"type": {"type": "string"}}}}}}
STREAM = {"description": "Frames, one an event", "content": {"text/event-stream": {}}}


class SignedInRequest(HttpRequest):
    """A request that the HTTP door let in."""

    auth: Principal


@fallback_router.post("/{conversation_id}/commands", openapi_extra={"requestBody": {"required": True, **FRAME}})
async def carry_out_command(request: SignedInRequest, conversation_id: UUID) -> HttpResponse:
    """Carry out one frame of the chat socket and answer with the frame that it would be answered with there."""
    client_id = None
    try:
        if len(request.body) > settings.SOCKET_MAX_FRAME:
            raise TooLargeError
        command = POSTED_COMMANDS.decode(request.body.decode(errors="replace"))
        client_id = command.client_id
        state = await _find_conversation(request.auth, conversation_id)
        # A task of its own: a client that goes away meanwhile must not leave an answer that nobody writes.
        frame = await asyncio.shield(spawn(_carry_out(request.auth, state, command), name="command"))
    except RefusedFrameError as refused:
        return _refuse(refused.error, refused.client_id)
    except AppError as error:
        return _refuse(error, client_id)
    if frame is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return _answer(frame, HTTPStatus.OK)


@fallback_router.get("/{conversation_id}/events", openapi_extra={"responses": {200: STREAM}})
async def stream_events(
    request: SignedInRequest, conversation_id: UUID, position: Query[PositionQuery]
) -> StreamingHttpResponse:
    """Stream the frames of the chat socket as server-sent events, from a position on."""
    state = await _find_conversation(request.auth, conversation_id)
    line = StreamLine()
    reader = ConversationReader(request.auth, conversation_id, state.id, line)
    resume = None
    if position.message_id is not None:
        resume = AnswerPosition(message_id=position.message_id, run=position.run, seq=position.seq)
    return _respond(ConversationStream(reader, line, resume))


@changes_router.get("", openapi_extra={"responses": {200: STREAM}})
async def stream_changes(request: SignedInRequest) -> StreamingHttpResponse:
    """Stream the frames of `/ws/events/` as server-sent events."""
    line = StreamLine()
    return _respond(ChangesStream(ChangesReader(request.auth, line), line))


async def _find_conversation(principal: Principal, public_id: UUID) -> ConversationState:
    state = await run_in_database(read_own_state, principal.user_id, public_id)
    if state is None:
        raise NoConversationError
    return state


async def _carry_out(principal: Principal, state: ConversationState, command: PostedCommand) -> str | None:
    match command:
        case SendMessage() | Regenerate() | EditQuestion() | ContinueAnswer():
            turn = await start_answer(
                user_id=principal.user_id,
                session_id=principal.session_id,
                conversation_id=state.id,
                request=command.to_request(),
            )
            return encode_accepted(turn)
        case Stop():
            return await _stop(state, command.message_id)
        case Ping():
            return PONG
        case Pong():
            return None
        case _:
            assert_never(command)


async def _stop(state: ConversationState, answer_id: UUID | None) -> str:
    """End an answer and return its terminal frame, as one gets it who has all of the answer."""
    active_id = await stop_active_answer(state.id, answer_id)
    stopped_id = active_id or (await run_in_database(find_end, state.id, answer_id))[0]
    answer = await run_in_database(check_answer, state.id, stopped_id)
    async for event in follow_answer(state.id, stopped_id, answer.run.number, None):
        if isinstance(event, RunEnded):
            return encode_ended(str(stopped_id), replace(event, after=event.seq))
    raise AssertionError("every run ends")


def _respond(stream: EventStream[Any]) -> StreamingHttpResponse:
    return StreamingHttpResponse(stream, content_type="text/event-stream", headers=STREAM_HEADERS)


def _refuse(error: AppError, client_id: UUID | None) -> HttpResponse:
    response = _answer(encode_refusal(error, client_id), HTTPStatus(error.status))
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _answer(frame: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(frame, status=status, content_type="application/json", headers={"Cache-Control": "no-store"})
