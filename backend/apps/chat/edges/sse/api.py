"""The chat without WebSocket: commands by POST, frames as server-sent events (docs/protocol.md, section 9)."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Self, assert_never
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field, model_validator

from apps.chat.answers.answer_state import find_answer
from apps.chat.answers.errors import NoConversationError
from apps.chat.answers.follow import follow_answer
from apps.chat.conversations.state import find_own_conversation_id
from apps.chat.edges.sse.connection import EventStreamConnection
from apps.chat.edges.sse.event_stream import EventStream
from apps.chat.events import TerminalEvent
from apps.chat.live.change_feed_client import ChangeFeedClient
from apps.chat.live.conversation_client import ConversationClient
from apps.chat.live.perform import (
    AlreadyEnded,
    AnswerStopped,
    CommandResult,
    FollowRequested,
    TurnStarted,
    perform_command,
)
from apps.chat.protocol.commands import MAX_NUMBER, AnswerPosition, Ping, Pong, PostedCommand
from apps.chat.protocol.decoding import POSTED_COMMANDS, RefusedFrameError
from apps.chat.protocol.encoding import PONG, encode_accepted, encode_ended, encode_refusal
from apps.core.database import run_in_database
from apps.core.errors import AppError, RateLimitError, TooLargeError
from apps.core.limits.base import Limit
from apps.core.limits.token_buckets import TokenBuckets
from apps.core.tasks import spawn
from apps.users.auth import AsyncBearerAuth, Principal, SignedInRequest

fallback_router = Router(tags=["without WebSocket"], auth=AsyncBearerAuth())
changes_router = Router(tags=["without WebSocket"], auth=AsyncBearerAuth())

STREAM_HEADERS = {
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",  # For nginx, and for proxies that follow its example.
}

_bytes_of_users = TokenBuckets[UUID]()

FRAME = {"content": {"application/json": {"schema": {"type": "object", "properties": {"type": {"type": "string"}}}}}}
STREAM = {"description": "Frames, one per event", "content": {"text/event-stream": {}}}


class PositionQuery(BaseModel):
    """The position after which an event stream continues: all three parts, or none for the beginning."""

    message_id: UUID | None = None
    run: Annotated[int, Field(ge=0, le=MAX_NUMBER)] = 0
    seq: Annotated[int, Field(ge=0, le=MAX_NUMBER)] = 0

    @model_validator(mode="after")
    def _name_a_whole_position(self) -> Self:
        if len(self.model_fields_set) not in {0, len(type(self).model_fields)}:
            raise ValueError("Give message_id, run and seq, or none of them.")
        return self


@fallback_router.post("/{conversation_id}/commands", openapi_extra={"requestBody": {"required": True, **FRAME}})
async def carry_out_command(request: SignedInRequest, conversation_id: UUID) -> HttpResponse:
    """Perform one command of the chat socket, and respond with the frame that a socket would send."""
    client_id = None
    try:
        size = len(request.body)
        if size > settings.SOCKET_MAX_FRAME:
            raise TooLargeError
        if wait := _bytes_of_users.try_to_spend(request.auth.user_id, size, Limit.parse(settings.SOCKET_BYTE_RATE)):
            raise RateLimitError(retry_after=wait)
        command = POSTED_COMMANDS.decode(request.body.decode(errors="replace"))
        client_id = command.client_id
        own_id = await _find_conversation_id(request.auth, conversation_id)
        # In a task: a client that disconnects meanwhile must not leave an answer that no worker writes.
        frame = await asyncio.shield(spawn(_try_command(request.auth, own_id, command), name="command"))
    except RefusedFrameError as refused:
        return _respond_with_refusal(refused.error, refused.client_id)
    except AppError as error:
        return _respond_with_refusal(error, client_id)
    if isinstance(frame, AppError):
        return _respond_with_refusal(frame, client_id)
    if frame is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return _respond_with_frame(frame, HTTPStatus.OK)


@fallback_router.get("/{conversation_id}/events", openapi_extra={"responses": {200: STREAM}})
async def stream_events(
    request: SignedInRequest, conversation_id: UUID, position: Query[PositionQuery]
) -> StreamingHttpResponse:
    """Stream the frames of the chat socket as server-sent events, from a position on."""
    own_id = await _find_conversation_id(request.auth, conversation_id)
    connection = EventStreamConnection()
    client = ConversationClient(request.auth, conversation_id, own_id, connection)
    resume = None
    if position.message_id is not None:
        resume = AnswerPosition(message_id=position.message_id, run=position.run, seq=position.seq)
    return _stream(EventStream(client, connection, resume))


@changes_router.get("", openapi_extra={"responses": {200: STREAM}})
async def stream_changes(request: SignedInRequest) -> StreamingHttpResponse:
    """Stream the frames of `/ws/events/` as server-sent events."""
    connection = EventStreamConnection()
    return _stream(EventStream(ChangeFeedClient(request.auth, connection), connection))


async def _find_conversation_id(principal: Principal, public_id: UUID) -> UUID:
    conversation_id = await run_in_database(find_own_conversation_id, principal.user_id, public_id)
    if conversation_id is None:
        raise NoConversationError
    return conversation_id


async def _try_command(principal: Principal, conversation_id: UUID, command: PostedCommand) -> str | AppError | None:
    """Perform a command, and return a refusal instead of raising it: a task that fails is logged as a fault."""
    try:
        return await _perform(principal, conversation_id, command)
    except AppError as error:
        return error


async def _perform(principal: Principal, conversation_id: UUID, command: PostedCommand) -> str | None:
    match command:
        case Ping():
            return PONG
        case Pong():
            return None
        case _:
            return await _encode_result(
                principal, conversation_id, await perform_command(command, principal, conversation_id)
            )


async def _encode_result(principal: Principal, conversation_id: UUID, result: CommandResult) -> str:
    match result:
        case TurnStarted(turn=turn):
            return encode_accepted(turn, principal.session_id)
        case AnswerStopped(answer_id=answer_id) | AlreadyEnded(answer_id=answer_id):
            return await _await_end(conversation_id, answer_id)
        case FollowRequested():
            raise AssertionError("no POST follows an answer")
        case _:
            assert_never(result)


async def _await_end(conversation_id: UUID, answer_id: UUID) -> str:
    """Return the terminal frame of an answer as a client that has all of the text gets it."""
    while True:  # Another worker may take the answer over: then a later run has the end.
        answer = await run_in_database(find_answer, conversation_id, answer_id)
        async with aclosing(follow_answer(conversation_id, answer_id, answer.run.number, None)) as events:
            async for event in events:
                if isinstance(event, TerminalEvent):
                    return encode_ended(str(answer_id), replace(event, after=event.seq))


def _stream(stream: EventStream) -> StreamingHttpResponse:
    return StreamingHttpResponse(stream, content_type="text/event-stream", headers=STREAM_HEADERS)


def _respond_with_refusal(error: AppError, client_id: UUID | None) -> HttpResponse:
    response = _respond_with_frame(encode_refusal(error, client_id), HTTPStatus(error.status))
    if error.retry_after is not None:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _respond_with_frame(frame: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(frame, status=status, content_type="application/json", headers={"Cache-Control": "no-store"})
