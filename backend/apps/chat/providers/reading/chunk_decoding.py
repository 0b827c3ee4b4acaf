"""Decoding of chunks and whole completions: a fast path for OpenAI's shape, all others field by field."""

import json
from typing import Any

import msgspec

from apps.chat.providers.errors import ProviderError
from apps.chat.providers.failures.reported_errors import reports_error
from apps.chat.providers.reading.chunks import CHUNK_OBJECT, ChoiceJson, ChunkJson, DeltaJson, PlainChunkJson
from apps.chat.providers.reading.content_parts import is_reasoning, read_list, read_text_value, split_content
from apps.chat.providers.reading.json_objects import refuse_many_parts
from apps.chat.providers.reading.native_answers import translate_answer
from apps.chat.providers.reading.usage_json import UsageJson, read_number, read_usage

_WRAPPERS = ("result", "data", "output", "body", "response")
"""Fields in which Cloudflare, Alibaba and some gateways put a whole chunk or completion."""

_REASONING = (
    "reasoning_content", "reasoning", "reasoning_text", "reasoning_details", "thinking", "thought", "thoughts",
    "reasoningContent", "thinking_content", "thinking_blocks", "reasoning_summary",  # Bedrock and LiteLLM
)  # fmt: skip

_chunks = msgspec.json.Decoder(ChunkJson)
_plain_chunks = msgspec.json.Decoder(PlainChunkJson)


def decode_chunk(data: bytes) -> ChunkJson:
    """Decode one chunk. Fields that are not understood are ignored.

    Raises:
        ProviderError: `data` is not a JSON object, or has too many parts.
    """
    refuse_many_parts(data)
    try:
        chunk = _chunks.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # Other types, or a lone surrogate: a character that is split across two chunks.
        return _decode_leniently(data)
    if _is_usage(chunk, data):
        return chunk
    delta = chunk.choices[0].delta if chunk.choices else None
    if delta is None or not (delta.content or delta.reasoning_content or delta.reasoning) or delta.may_hold_reasoning:
        # It is the first or the last chunk, or a chunk with other field names.
        return chunk if _is_plain(data) else _decode_leniently(data)
    if chunk.x_groq is not None and chunk.usage is None:
        chunk.usage = _groq_usage(chunk.x_groq)
    return chunk


def _is_usage(chunk: ChunkJson, data: bytes) -> bool:
    """Return whether a chunk has OpenAI's usage, and nothing else: the last one of most streams."""
    usage = chunk.usage
    is_whole = usage is not None and usage.prompt_tokens is not None and bool(usage.completion_tokens)
    return is_whole and chunk.choices == [] and not chunk.is_error and b"finish_reason" not in data


def _is_plain(data: bytes) -> bool:
    """Return whether a chunk has only OpenAI's fields, with the right types, so that it needs no lenient decoding."""
    try:
        _plain_chunks.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _decode_leniently(data: bytes) -> ChunkJson:
    try:
        # Some services write control characters into strings without escaping them.
        decoded = json.loads(data.decode(errors="replace"), strict=False)
    except (ValueError, RecursionError):
        raise ProviderError("the model service sent something that is not JSON") from None
    if not isinstance(decoded, dict):
        raise ProviderError("the model service sent JSON of another shape")
    decoded = _unwrap(decoded)
    is_error = reports_error(decoded)
    decoded = translate_answer(decoded) or decoded
    choices = decoded.get("choices")
    kind = decoded.get("object")
    if choices is None and isinstance(decoded.get("response"), str):
        # Cloudflare's own API.
        choices, kind = [{"message": {"content": decoded["response"]}}], CHUNK_OBJECT
    if not choices and (reason := _read_reason(decoded)):
        choices = [{"finish_reason": reason}]
    return ChunkJson(
        choices=None
        if choices is None
        else [_read_choice(choice) for choice in read_list(choices) if isinstance(choice, dict)],
        usage=read_usage(decoded.get("usage")) or _groq_usage(decoded.get("x_groq")),
        error=is_error or None,
        kind=kind if isinstance(kind, str) else None,
    )


def _groq_usage(part: object) -> UsageJson | None:
    """Return the usage in Groq's own part of a chunk."""
    return read_usage(part.get("usage")) if isinstance(part, dict) else None


def _unwrap(decoded: dict[str, Any]) -> dict[str, Any]:
    """Return the chunk or completion within an object that is neither."""
    if "choices" in decoded or reports_error(decoded):
        return decoded
    within = [inner for name in _WRAPPERS if isinstance(inner := decoded.get(name), dict)]
    found = next((inner for inner in within if inner.keys() & {"choices", "response", "candidates"}), None)
    return decoded if found is None else {"usage": decoded.get("usage"), **found}


def _read_choice(choice: dict[str, Any]) -> ChoiceJson:
    return ChoiceJson(
        index=read_number(choice.get("index")) or 0,
        delta=_read_delta(choice.get("delta")),
        message=_read_delta(choice.get("message")),
        finish_reason=_read_reason(choice),
        text=read_text_value(choice.get("text")) or None,
        usage=read_usage(choice.get("usage")),
        error=choice.get("error"),
    )


def _read_reason(choice: dict[str, Any]) -> str | None:
    """Return a finish reason of any type, as text.

    Some services give it Google's or Anthropic's name, or put it into the delta, or beside the choices.
    """
    delta = choice.get("delta")
    within = delta.get("finish_reason") if isinstance(delta, dict) else None
    stated = choice.get("stop_reason") if "finish_reason" not in choice else None
    named = (choice.get(name) for name in ("finish_reason", "finishReason", "finish_details"))
    reason = next(filter(None, named), None) or within or stated
    if isinstance(reason, dict):
        reason = reason.get("type") or reason.get("reason")
    return str(reason) if reason else None


def _read_delta(delta: object) -> DeltaJson | None:
    if isinstance(delta, str):
        return DeltaJson(content=delta)
    if not isinstance(delta, dict):
        return None
    text, thoughts = split_content(delta.get("content"))
    if is_reasoning(delta):
        text, thoughts = "", thoughts + text
    # A number or a mark under one of these names is not reasoning.
    named = (value for name in _REASONING if isinstance(value := delta.get(name), str | list | dict))
    reasoning = map(read_text_value, [*named, thoughts])
    return DeltaJson(
        content=text,
        reasoning=next(filter(None, reasoning), None),
        refusal=read_text_value(delta.get("refusal")),
        error=delta.get("error"),
    )
