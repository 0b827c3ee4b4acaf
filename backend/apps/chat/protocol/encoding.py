"""Encoding of frames: from what happens in the chat to the text of a frame (docs/protocol.md, sections 5 and 8)."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from apps.chat.answers.turn_view import Turn
from apps.chat.conversations.message_view import sign_message
from apps.chat.conversations.state import ActiveAnswer
from apps.chat.events import DeltaKind, TerminalEvent, TextPart
from apps.chat.notify.notifications import ChangeNotification
from apps.chat.protocol.frames import (
    Accepted,
    AuthSuccess,
    ChangeFeedSuccess,
    ChangeFrame,
    ConversationDeleted,
    ConversationUpdated,
    ErrorFrame,
    FailedEnd,
    Frame,
    ReasoningDelta,
    ServerPing,
    ServerPong,
    StreamDelta,
    StreamEnd,
    Waiting,
)
from apps.core.errors import AppError

_encoder = msgspec.json.Encoder()


def encode(frame: Frame) -> str:
    return _encoder.encode(frame).decode()


PING = encode(ServerPing())
PONG = encode(ServerPong())
CONVERSATION_DELETED = encode(ConversationDeleted())

ENDING_SENTENCES = {
    "AI_ERROR": "The model service failed: try again, or choose another model.",
    "AI_TIMEOUT": "The model service did not answer in time: try again.",
    "AI_MODEL_GONE": "The model service no longer has this model: choose another one.",
    "AI_KEY_REFUSED": "The model service refused its key: an administrator has to set a valid one.",
    "AI_NO_CREDIT": "The account at the model service has no credit left: an administrator has to add some.",
    "AI_CONTEXT_TOO_LONG": "The conversation is too long for this model: start a new chat or choose another model.",
    "AI_OVERLOADED": "The model service is busy: try again in a moment.",
    "AI_UNREACHABLE": "The model service cannot be reached: its address may be wrong, or it is down.",
    "AI_EMPTY_ANSWER": "The model gave no answer: try again.",
    "IMAGES_NOT_SUPPORTED": "This model cannot see images: choose another model, or ask without them.",
    "INTERNAL_ERROR": "Something went wrong on the server: try again.",
}
UNKNOWN_ERROR = "INTERNAL_ERROR"
"""Its sentence stands for that of a stored code which only a later version knows."""


def encode_auth_success(
    conversation_id: UUID, *, revision: int, leaf_id: UUID | None, active: UUID | None, renewed: bool
) -> str:
    """Return the `auth.success` frame; `active` is the answer being written."""
    return encode(
        AuthSuccess(
            conversation_id=conversation_id,
            revision=revision,
            leaf_id=leaf_id,
            active=active,
            renewed=True if renewed else UNSET,
        )
    )


def encode_change_feed_success(revision: int, active: Sequence[ActiveAnswer], *, renewed: bool) -> str:
    """Return the `auth.success` frame of the change feed; `active` are the answers being written."""
    return encode(ChangeFeedSuccess(revision=revision, active=list(active), renewed=True if renewed else UNSET))


def encode_change(change: ChangeNotification) -> str:
    frame: Frame = msgspec.convert({**change.fields, "revision": change.revision}, ChangeFrame)
    return encode(frame)


def encode_conversation_updated(revision: int, changes: dict[str, Any]) -> str:
    """Return the `conversation.updated` frame of a conversation; `changes` are its changed fields."""
    return encode(msgspec.convert({**changes, "revision": revision}, ConversationUpdated))


def encode_accepted(turn: Turn, session_id: UUID) -> str:
    """Return the `chat.accepted` frame of a turn, for a client of this session."""
    return encode(
        Accepted(
            kind=turn.kind,
            client_id=turn.client_id,
            message=sign_message(turn.question, session_id),
            reply=turn.answer,
            run=turn.run_number,
            revision=turn.revision,
        )
    )


def encode_part(message_id: str, part: TextPart) -> str:
    """Return the `chat.stream` or `chat.reasoning` frame of some text."""
    run, after, seq, kind, text, reset = part
    marked: Literal[True] | UnsetType = True if reset else UNSET
    if kind is DeltaKind.CONTENT:
        # Positional arguments are faster, and this runs for every delta and every follower.
        return _encoder.encode(StreamDelta(text, False, message_id, run, seq, after, marked)).decode()  # noqa: FBT003
    return _encoder.encode(ReasoningDelta(text, message_id, run, seq, after, marked)).decode()


def encode_ended(message_id: str, ended: TerminalEvent) -> str:
    """Return the terminal frame of a run: `chat.error` where the model or the server failed, else `chat.stream`."""
    ending = ended.ending
    end = StreamEnd(
        content="",
        done=True,
        message_id=message_id,
        run=ended.run_number,
        seq=ended.seq,
        from_=ended.after,
        status=ending.status,
        finish_reason=ending.finish_reason,
        usage=ending.usage,
        context_dropped=ending.context_dropped,
        images_dropped=ending.images_dropped,
    )
    if ending.error_code is None:
        return encode(end)
    return encode(
        FailedEnd(
            **msgspec.structs.asdict(end),
            code=ending.error_code,
            error=ENDING_SENTENCES.get(ending.error_code, ENDING_SENTENCES[UNKNOWN_ERROR]),
            retry_after=UNSET if ending.retry_after is None else ending.retry_after,
        )
    )


def encode_waiting(message_id: UUID, seconds: int) -> str:
    """Return the `chat.waiting` frame of an answer whose first token has not come for `seconds`."""
    return encode(Waiting(message_id=message_id, seconds=seconds))


def encode_refusal(error: AppError, client_id: UUID | None = None) -> str:
    """Return the `chat.error` frame of a refusal."""
    return encode(
        ErrorFrame(
            code=error.code,
            error=str(error),
            client_id=UNSET if client_id is None else client_id,
            retry_after=UNSET if error.retry_after is None else error.retry_after,
        )
    )
