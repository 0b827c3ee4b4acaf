"""Chunks, whole completions and event streams that a fake model service sends."""

import json
from typing import Any


def chunk(delta: Any = None, reason: str | None = None, **fields: Any) -> dict[str, Any]:
    choice: dict[str, Any] = {"index": 0, "finish_reason": reason} | ({} if delta is None else {"delta": delta})
    return {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **fields}


def whole(text: str, **fields: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return {"object": "chat.completion", "choices": [choice], **fields}


def events(*data: Any) -> bytes:
    """Encode a stream; strings are sent unchanged."""
    lines = [f"data: {one if isinstance(one, str) else json.dumps(one)}\n\n" for one in data]
    return "".join(lines).encode()


USAGE = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
ONE, END = chunk({"content": "One"}), chunk({}, "stop")
NO_CHOICES = {"id": "x", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": []}
