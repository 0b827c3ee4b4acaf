"""Server to client (PROTOCOL.md section 5): what happens to the text of a frame."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from apps.chat.answers.turn import Turn
from apps.chat.conversations.change_feed import Change
from apps.chat.conversations.state import ActiveAnswer
from apps.chat.events import DeltaKind, RunEnded, TextPart
from apps.core.errors import AppError

PING = '{"type":"ping"}'
PONG = '{"type":"pong"}'

_encoder = msgspec.json.Encoder()


def encode(fields: dict[str, Any]) -> str:
    """Return `fields` as the text of a frame."""
    return _encoder.encode(fields).decode()


def encode_auth_success(
    conversation_id: UUID, *, revision: int, leaf_id: UUID | None, active: UUID | None, renewed: bool
) -> str:
    """Return the `auth.success` frame; `active` is the answer being written."""
    fields = {
        "type": "auth.success",
        "conversation_id": conversation_id,
        "revision": revision,
        "leaf_id": leaf_id,
        "active": active,
    }
    return encode(fields | {"renewed": True} if renewed else fields)


def encode_events_success(revision: int, active: Sequence[ActiveAnswer], *, renewed: bool) -> str:
    """Return the `auth.success` frame of `/ws/events/`; `active` are the answers being written."""
    fields = {"type": "auth.success", "revision": revision, "active": active}
    return encode(fields | {"renewed": True} if renewed else fields)


def encode_change(change: Change) -> str:
    """Return the frame of one change of a user's conversations."""
    return encode({**change.fields, "revision": change.revision})


def encode_accepted(turn: Turn) -> str:
    """Return the `chat.accepted` frame of a turn."""
    return encode(
        {
            "type": "chat.accepted",
            "kind": turn.kind,
            "client_id": turn.client_id,
            "message": turn.question,
            "reply": turn.reply,
            "run": turn.run,
            "revision": turn.revision,
        }
    )


def encode_part(message_id: str, part: TextPart) -> str:
    """Return the `chat.stream` or `chat.reasoning` frame of some text."""
    fields = {
        "type": "chat.stream" if part.kind is DeltaKind.CONTENT else "chat.reasoning",
        "content": part.text,
        "done": False,
        "message_id": message_id,
        "run": part.run,
        "seq": part.seq,
        "from": part.after,
    }
    if part.kind is DeltaKind.REASONING:
        del fields["done"]
    if part.reset:
        fields["reset"] = True
    return encode(fields)


def encode_ended(message_id: str, ended: RunEnded) -> str:
    """Return the terminal frame of a run: `chat.error` where the model or the server failed, else `chat.stream`."""
    ending = ended.ending
    fields: dict[str, Any] = {
        "type": "chat.stream",
        "content": "",
        "done": True,
        "message_id": message_id,
        "run": ended.run,
        "seq": ended.seq,
        "from": ended.after,
        "status": ending.status,
        "finish_reason": ending.finish_reason,
        "usage": ending.usage,
        "context_dropped": ending.context_dropped,
    }
    if ending.error_code is not None:
        fields |= {"type": "chat.error", "code": ending.error_code, "error": ENDING_SENTENCES[ending.error_code]}
        if ending.retry_after is not None:
            fields["retry_after"] = ending.retry_after
    return encode(fields)


ENDING_SENTENCES = {
    "AI_ERROR": "The model service failed: try again, or choose another model.",
    "AI_TIMEOUT": "The model service did not answer in time: try again.",
    "INTERNAL_ERROR": "Something went wrong on the server: try again.",
}


def encode_error(error: AppError, client_id: UUID | None = None) -> str:
    """Return the `chat.error` frame of a refusal; an answer that is being written goes on."""
    fields: dict[str, Any] = {"type": "chat.error", "code": error.code, "error": str(error)}
    if client_id is not None:
        fields["client_id"] = client_id
    if error.retry_after is not None:
        fields["retry_after"] = error.retry_after
    return encode(fields)
