"""Answers in the shapes of other APIs, which some gateways pass on: each becomes one in OpenAI's shape.

Whole answers and the events of streams of Anthropic's Messages, Gemini's `generateContent`, Cohere's Chat (v2), and
Ollama's `/api/chat` and `/api/generate`.
"""

from typing import Any, NamedTuple

from apps.chat.providers.reading.chunks import CHUNK_OBJECT
from apps.chat.providers.reading.content_parts import read_list, split_content

type _Answer = dict[str, Any]

_BLOCKED = "content_filter"
"""The finish reason for a prompt that Gemini refuses to answer."""

_SILENT = {"content_block_stop", "message_stop", "message-start", "content-end"}
"""Events that add nothing to the others."""


class _Parts(NamedTuple):
    """The parts of a chunk, each as its service has it."""

    message: object = None
    reason: object = None
    usage: object = None


def translate_answer(answer: _Answer) -> _Answer | None:
    """Return an answer without choices as a chunk in OpenAI's shape; None if it has none of the shapes that are known.

    The chunk of an event without text has no choices.
    """
    if answer.get("choices") is not None:
        return None
    parts: _Parts | None = None
    match answer:
        case {"done": bool()}:
            parts = _read_ollama(answer)
        case {"candidates": [*_]} | {"promptFeedback": {}}:
            parts = _read_gemini(answer)
        case {"type": "message", "content": [*_]}:
            parts = _Parts(answer, answer.get("stop_reason"), answer.get("usage"))
        case {"type": str(kind)}:
            parts = _read_event(kind, answer)
        case {"message": {"content": _} as message}:
            parts = _Parts(message, answer.get("finish_reason"), _convert_cohere_usage(answer))
    return None if parts is None else _chunk(answer, parts)


def _chunk(answer: _Answer, parts: _Parts) -> _Answer:
    message = parts.message if isinstance(parts.message, dict) else {"content": parts.message}
    text, thoughts = split_content(message.get("content"))
    apart = message.get("thinking")
    delta = {"content": text, "reasoning_content": apart if isinstance(apart, str) and apart else thoughts}
    delta = {name: value for name, value in delta.items() if value}
    choice = {"index": 0, "delta": delta, "finish_reason": parts.reason}
    return {
        **{name: answer[name] for name in ("id", "model", "error") if name in answer},
        "object": CHUNK_OBJECT,
        "choices": [choice] if delta or parts.reason is not None else [],
        "usage": parts.usage if isinstance(parts.usage, dict) else None,
    }


def _read_ollama(answer: _Answer) -> _Parts:
    message = answer.get("message") or {"content": answer.get("response"), "thinking": answer.get("thinking")}
    if not answer["done"]:
        return _Parts(message)
    reason = answer.get("done_reason")
    counts = {"prompt_tokens": answer.get("prompt_eval_count"), "completion_tokens": answer.get("eval_count")}
    return _Parts(message, reason if isinstance(reason, str) else "stop", counts)


def _read_gemini(answer: _Answer) -> _Parts:
    candidates = [one for one in read_list(answer.get("candidates")) if isinstance(one, dict)]
    first = next((one for one in candidates if not one.get("index")), {})
    blocked = None if candidates else (answer.get("promptFeedback") or {}).get("blockReason")
    reason = _BLOCKED if blocked else first.get("finishReason")
    return _Parts({"content": first.get("content")}, reason, _convert_gemini_usage(answer.get("usageMetadata")))


def _convert_gemini_usage(counts: object) -> _Answer | None:
    """Return Gemini's counts under OpenAI's names; only OpenAI counts the reasoning as part of the completion."""
    if not isinstance(counts, dict):
        return None
    thought = counts.get("thoughtsTokenCount")
    completion = [count for count in (counts.get("candidatesTokenCount"), thought) if isinstance(count, int)]
    return {
        "prompt_tokens": counts.get("promptTokenCount"),
        "completion_tokens": sum(completion) if completion else None,
        "prompt_tokens_details": {"cached_tokens": counts.get("cachedContentTokenCount")},
        "completion_tokens_details": {"reasoning_tokens": thought},
    }


def _convert_cohere_usage(answer: _Answer) -> object:
    usage = answer.get("usage")
    return usage.get("tokens") or usage.get("billed_units") if isinstance(usage, dict) else None


def _read_event(kind: str, event: _Answer) -> _Parts | None:
    """Read an event of Anthropic's, whose kinds have underscores, or of Cohere's, whose kinds have hyphens."""
    stated = event.get("delta")
    delta: _Answer = stated if isinstance(stated, dict) else {}
    match kind:
        case "message_start":
            begun = event.get("message")
            parts = _Parts(usage=begun.get("usage") if isinstance(begun, dict) else None)
        case "content_block_start":
            parts = _Parts([event.get("content_block")])
        case "content_block_delta":
            parts = _Parts([delta])
        case "message_delta":
            parts = _Parts(None, delta.get("stop_reason"), event.get("usage"))
        case "content-start" | "content-delta":
            parts = _Parts(delta.get("message"))
        case "message-end":
            parts = _Parts(None, delta.get("finish_reason"), _convert_cohere_usage(delta))
        case _:
            return _Parts() if kind in _SILENT else None
    return parts
