"""The default fields of the frames of a scripted server, which its scenario need not name."""

from typing import Any

type Frame = dict[str, Any]

CONVERSATION = "01930000-0000-7000-8000-0000000000c1"
QUESTION = "01930000-0000-7000-8000-0000000000a1"
ANSWER = "01930000-0000-7000-8000-0000000000a2"
OTHER = "01930000-0000-7000-8000-0000000000b2"

NAMES = {"conversation": CONVERSATION, "question": QUESTION, "answer": ANSWER, "other": OTHER}
"""The variables that every scenario has."""

_MESSAGE: Frame = {
    "role": "user",
    "content": "",
    "prompt_tokens": None,
    "completion_tokens": None,
    "model_used": "",
    "created_at": "2026-01-31T08:00:00.000Z",
    "status": "complete",
    "finish_reason": None,
    "error_code": None,
    "reasoning": "",
    "run": 0,
    "seq": 0,
    "parent_id": None,
    "context_dropped": 0,
    "images_dropped": 0,
    "attachments": [],
}
_POSITION: Frame = {"message_id": ANSWER, "run": 1}
_USAGE = {"prompt_tokens": 12, "completion_tokens": 3, "cached_tokens": None, "reasoning_tokens": None}
_ENDING: Frame = {
    "content": "",
    **_POSITION,
    "status": "complete",
    "finish_reason": "stop",
    "usage": _USAGE,
    "context_dropped": 0,
    "images_dropped": 0,
}


_DEFAULTS: dict[str, Frame] = {
    "auth.success": {"conversation_id": CONVERSATION, "revision": 7, "leaf_id": None, "active": None},
    "chat.stream": {"done": False, **_POSITION},
    "chat.stream/done": _ENDING,
    "chat.reasoning": _POSITION,
    "chat.error": {"error": "The scenario says so."},
    "chat.error/done": _ENDING | {"status": "error", "finish_reason": None, "usage": None},
    "chat.waiting": {"message_id": ANSWER},
}


def complete(frame: Frame) -> Frame:
    """Return a frame with the fields that its type always has."""
    if frame.get("type") == "chat.accepted":
        return _complete_accepted(frame)
    name = f"{frame.get('type')}/done" if frame.get("done") else str(frame.get("type"))
    return _DEFAULTS.get(name, {}) | frame


def _complete_accepted(frame: Frame) -> Frame:
    question = _complete_message({"id": QUESTION} | frame.get("message", {}))
    reply = {"id": ANSWER, "role": "assistant", "status": "pending", "run": 1, "parent_id": question["id"]}
    defaults = {"kind": "message", "client_id": None, "run": 1, "revision": 8}
    return defaults | frame | {"message": question, "reply": _complete_message(reply | frame.get("reply", {}))}


def _complete_message(message: Frame) -> Frame:
    return _MESSAGE | {"sibling_ids": [message["id"]]} | message
