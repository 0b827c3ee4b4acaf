"""The shapes of frames (sections 5 and 8): which fields each type has, and of which kind."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

type Frame = dict[str, Any]

STRING, NUMBER, FLAG, TRUE, OBJECT, LIST, ID = "string", "number", "flag", "true", "object", "list", "id"

_POSITION = {"message_id": ID, "run": NUMBER, "seq": NUMBER, "from": NUMBER}
_ENDING = {
    "status": STRING,
    "finish_reason": f"{STRING}?",
    "usage": f"{OBJECT}?",
    "context_dropped": NUMBER,
    "images_dropped": NUMBER,
}
TERMINAL = {"complete", "length", "filtered", "stopped", "interrupted", "error"}
ACTIVE = {"pending", "streaming"}

ALWAYS: dict[str, dict[str, str]] = {
    "chat.accepted": {
        "kind": STRING,
        "client_id": f"{ID}?",
        "message": OBJECT,
        "reply": OBJECT,
        "run": NUMBER,
        "revision": NUMBER,
    },
    "chat.stream": {"content": STRING, "done": FLAG, **_POSITION},
    "chat.stream/done": {"content": STRING, "done": FLAG, **_POSITION, **_ENDING},
    "chat.reasoning": {"content": STRING, **_POSITION},
    "chat.error": {"code": STRING, "error": STRING},
    "chat.error/done": {"content": STRING, "code": STRING, "error": STRING, "done": FLAG, **_POSITION, **_ENDING},
    "chat.waiting": {"message_id": ID, "seconds": NUMBER},
    "conversation.updated": {"revision": NUMBER},
    "conversation.deleted": {},
    "ping": {},
    "pong": {},
}
"""The fields that frames of the chat socket always have; `?` may be null."""

IDS = {
    "auth.success": "P-5.1",
    "chat.accepted": "P-5.2",
    "chat.stream": "P-5.3",
    "chat.reasoning": "P-5.4",
    "chat.stream/done": "P-5.5",
    "chat.error": "P-5.6",
    "chat.error/done": "P-5.7",
    "conversation.updated": "P-5.8",
    "conversation.deleted": "P-5.9",
    "ping": "P-5.10",
    "pong": "P-5.10",
    "chat.waiting": "P-5.16",
}

OPTIONAL = {
    "client_id": ID,
    "retry_after": NUMBER,
    "reset": TRUE,
    "renewed": TRUE,
    "title": STRING,
    "model": STRING,
    "system_prompt": STRING,
    "reasoning_effort": STRING,
    "is_archived": FLAG,
    "is_pinned": FLAG,
}
"""Fields that are left out, never null (`client_id` of `chat.accepted` may be null)."""

MESSAGE = {
    "id": ID,
    "role": STRING,
    "content": STRING,
    "reasoning": STRING,
    "status": STRING,
    "finish_reason": f"{STRING}?",
    "error_code": f"{STRING}?",
    "run": NUMBER,
    "seq": NUMBER,
    "parent_id": f"{ID}?",
    "sibling_ids": LIST,
    "created_at": STRING,
}
"""The fields of a message, of GET and of `chat.accepted`, that a client needs."""

CHAT_SUCCESS = {"conversation_id": ID, "revision": NUMBER, "leaf_id": f"{ID}?", "active": f"{ID}?"}
FEED_SUCCESS = {"revision": NUMBER, "active": LIST}
ACTIVE_ENTRY = {"conversation_id": ID, "message_id": ID}
_CONVERSATION = {"conversation": OBJECT, "revision": NUMBER}
_ANSWER = {"conversation_id": ID, "message_id": ID, "status": STRING, "updated_at": STRING, "revision": NUMBER}
FEED = {
    **dict.fromkeys(("conversation.created", "conversation.updated", "conversation.deleted"), _CONVERSATION),
    **dict.fromkeys(("answer.started", "answer.ended"), _ANSWER),
}


def shape_name(frame: Frame) -> str:
    """Return the type of a frame, and whether it is terminal."""
    kind = str(frame.get("type"))
    return f"{kind}/done" if frame.get("done") is True and kind in {"chat.stream", "chat.error"} else kind


def find_mismatch(frame: Frame, fields: Mapping[str, str]) -> str | None:
    """Return how the fields of a frame differ from `fields`, or None."""
    for name, kind in fields.items():
        if name not in frame:
            return f"{frame.get('type')} lacks {name!r}"
        if frame[name] is None and kind.endswith("?"):
            continue
        if not _is_of_kind(frame[name], kind.removesuffix("?")):
            return f"{frame.get('type')} has {name!r} = {frame[name]!r}, which is not of type {kind}"
    return None


def find_null(frame: Frame, fields: Mapping[str, str]) -> str | None:
    """Return an optional field that is null or of another kind, or None."""
    for name, kind in OPTIONAL.items():
        if name in frame and name not in fields and not _is_of_kind(frame[name], kind):
            return f"{frame.get('type')} has {name!r} = {frame[name]!r}"
    return None


def _is_of_kind(value: object, kind: str) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "number":
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case "flag" | "true":
            return value is True or (value is False and kind == FLAG)
        case "object":
            return isinstance(value, dict)
        case "list":
            return isinstance(value, list)
        case _:
            return _is_id(value)


def _is_id(value: object) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return isinstance(value, str)
