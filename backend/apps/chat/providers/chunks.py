"""The JSON of streamed chunks and whole completions: OpenAI's shapes, decoded fast, and others, read leniently."""

import json
import math
from typing import Any

import msgspec

from apps.chat.events import Usage
from apps.chat.providers.base import ProviderError
from apps.chat.providers.reported_errors import find_error, says_something
from apps.chat.providers.sse import DONE
from apps.core.text import make_storable

_MAX_REASON_LENGTH = 64
_MAX_TOKENS = 2**31 - 1
_NO_REASONS = {"null", "none", "undefined"}
PIECE = "chat.completion.chunk"
"""The `object` of a chunk of a stream."""


class DeltaJson(msgspec.Struct, gc=False):
    """New text. Services use one of several names for the reasoning, or more than one at once."""

    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    reasoning_details: object = None
    thinking: object = None
    refusal: str | None = None


class ChoiceJson(msgspec.Struct, gc=False):
    """One of the answers; we request one. A stream has a `delta`, a whole completion a `message`.

    Older services have the `text` itself, and some the usage.
    """

    index: int = 0
    delta: DeltaJson | None = None
    message: DeltaJson | None = None
    finish_reason: str | None = None
    text: str | None = None
    usage: "UsageJson | None" = None
    error: object = None


class _PromptDetailsJson(msgspec.Struct, gc=False):
    cached_tokens: int | None = None


class _CompletionDetailsJson(msgspec.Struct, gc=False):
    reasoning_tokens: int | None = None


class UsageJson(msgspec.Struct, gc=False):
    """Token counts of the service."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: _PromptDetailsJson | None = None
    completion_tokens_details: _CompletionDetailsJson | None = None
    prompt_cache_hit_tokens: int | None = None
    """DeepSeek's name for the cached tokens."""

    input_tokens: int | None = None
    """Anthropic's name for the tokens of the prompt, as `output_tokens` for those of the completion."""

    output_tokens: int | None = None

    def update(self, usage: Usage | None) -> Usage:
        """Return these counts; those that are missing here stay as in `usage`."""
        before = usage or Usage()
        cached = self.prompt_tokens_details.cached_tokens if self.prompt_tokens_details else None
        reasoned = self.completion_tokens_details.reasoning_tokens if self.completion_tokens_details else None
        return Usage(
            _count(self.input_tokens if self.prompt_tokens is None else self.prompt_tokens, before.prompt_tokens),
            _count(
                self.output_tokens if self.completion_tokens is None else self.completion_tokens,
                before.completion_tokens,
            ),
            _count(self.prompt_cache_hit_tokens if cached is None else cached, before.cached_tokens),
            _count(reasoned, before.reasoning_tokens),
        )


class ChunkJson(msgspec.Struct):
    """A chunk of a stream, or a whole completion."""

    choices: list[ChoiceJson] | None = None
    usage: UsageJson | None = None
    error: object = None
    kind: str | None = msgspec.field(default=None, name="object")
    type: object = None

    @property
    def is_error(self) -> bool:
        """Whether the service reports an error, in one of the forms that are known."""
        return (self.error is not None and says_something(self.error)) or self.kind == "error" or self.type == "error"


_chunks = msgspec.json.Decoder(ChunkJson)


def decode_chunk(data: bytes) -> ChunkJson:
    """Decode one chunk. Fields that are not understood are ignored.

    Raises:
        ProviderError: `data` is not a JSON object.
    """
    try:
        chunk = _chunks.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # Other types, or a lone surrogate: a character that is split across two chunks.
        return _decode_leniently(data)
    return _decode_leniently(data) if chunk.choices is None and not chunk.is_error else chunk


def text_said(choice: ChoiceJson) -> DeltaJson | None:
    """Return what a choice says, under whichever of its names; None if that is nothing."""
    if choice.delta is not None and choice.delta != DeltaJson():
        return choice.delta
    return choice.message or (DeltaJson(content=choice.text) if choice.text else None)


def finish_reason(choice: ChoiceJson) -> str | None:
    """Return the model's finish reason; None before the end, when some services send an empty string or "null"."""
    if not choice.finish_reason or not states_finish(choice.finish_reason):
        return None
    return make_storable(choice.finish_reason)[:_MAX_REASON_LENGTH]


def states_finish(reason: object) -> bool:
    """Return whether a finish reason is one: some services send an empty string or "null" before the end."""
    return isinstance(reason, str) and reason != "" and reason.lower() not in _NO_REASONS


def _count(tokens: int | None, before: int | None) -> int | None:
    return before if tokens is None or not 0 <= tokens <= _MAX_TOKENS else tokens


def split_objects(body: bytes) -> tuple[list[bytes], bool]:
    """Return the JSON objects of a body, one after the other or in an array, and whether there is nothing else.

    `[DONE]` after them does not count.
    """
    text = body.decode(errors="replace").strip()
    objects: list[bytes] = []
    position = 0
    decoder = json.JSONDecoder()
    while position < len(text):
        try:
            decoded, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return objects, text[position:].upper().encode() == DONE
        found = decoded if isinstance(decoded, list) else [decoded]
        objects += [json.dumps(one).encode() for one in found if isinstance(one, dict)]
        position += len(text[position:]) - len(text[position:].lstrip(" \t\r\n,\x1e"))
    return objects, True


# --- Other shapes ---


def _decode_leniently(data: bytes) -> ChunkJson:
    try:
        decoded = json.loads(data.decode(errors="replace"))
    except (ValueError, RecursionError):
        raise ProviderError("the model service sent something that is not JSON") from None
    if not isinstance(decoded, dict):
        raise ProviderError("the model service sent JSON of another shape")
    choices = decoded.get("choices")
    kind = decoded.get("object")
    if choices is None and isinstance(decoded.get("done"), bool):
        return _read_ollama(decoded)
    if choices is None:
        return ChunkJson(
            usage=_read_usage(decoded.get("usage")),
            error=decoded.get("error") or find_error(decoded),
            kind=kind if isinstance(kind, str) else None,
            type=decoded.get("type"),
        )
    return ChunkJson(
        choices=[_read_choice(choice) for choice in _list_of(choices) if isinstance(choice, dict)],
        usage=_read_usage(decoded.get("usage")),
        error=decoded.get("error"),
        kind=kind if isinstance(kind, str) else None,
        type=decoded.get("type"),
    )


def _read_ollama(decoded: dict[str, Any]) -> ChunkJson:
    """Read a chunk of Ollama's own API (`/api/chat`, `/api/generate`)."""
    said = decoded.get("message") or {"content": decoded.get("response"), "thinking": decoded.get("thinking")}
    reason = decoded.get("done_reason")
    is_last = decoded["done"]
    choice = ChoiceJson(
        delta=_read_delta(said), finish_reason=(reason if isinstance(reason, str) else "stop") if is_last else None
    )
    usage = UsageJson(_number(decoded.get("prompt_eval_count")), _number(decoded.get("eval_count")))
    return ChunkJson(choices=[choice], usage=usage if is_last else None, error=decoded.get("error"))


def _read_choice(choice: dict[str, Any]) -> ChoiceJson:
    reason = choice.get("finish_reason")
    return ChoiceJson(
        index=_number(choice.get("index")) or 0,
        delta=_read_delta(choice.get("delta")),
        message=_read_delta(choice.get("message")),
        finish_reason=reason if isinstance(reason, str) else None,
        text=text_of(choice.get("text")) or None,
        usage=_read_usage(choice.get("usage")),
        error=choice.get("error"),
    )


def _read_delta(delta: object) -> DeltaJson | None:
    if isinstance(delta, str):
        return DeltaJson(content=delta)
    if not isinstance(delta, dict):
        return None
    content = delta.get("content")
    thoughts = [part for part in _list_of(content) if _is_thinking(part)]
    thinking = [delta.get(name) for name in _THINKING]
    return DeltaJson(
        content=text_of([part for part in _list_of(content) if not _is_thinking(part)]),
        reasoning=next((text for text in map(text_of, [*thinking, thoughts]) if text), None),
        refusal=text_of(delta.get("refusal")),
    )


_THINKING = ("reasoning_content", "reasoning", "reasoning_details", "thinking")


def _is_thinking(part: object) -> bool:
    """Return whether a part of a list of contents is thinking (Mistral, and services that follow Anthropic)."""
    if not isinstance(part, dict):
        return False
    kind = str(part.get("type", ""))
    return "thinking" in part or "reasoning" in part or "reasoning" in kind or "thinking" in kind


def text_of(value: object) -> str:
    """Return the text of a string, a number, an object with one of the usual names, or a list of such."""
    match value:
        case str():
            return value
        case bool() | None:
            return ""
        case int() | float():
            return str(value)
        case list():
            return "".join(map(text_of, value))
        case dict():
            names = ("text", "thinking", "summary", "content", "reasoning", "refusal", "value")
            return next((text for name in names if (text := text_of(value.get(name)))), "")
    return ""


def _list_of(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _read_usage(usage: object) -> UsageJson | None:
    if not isinstance(usage, dict):
        return None
    prompt, completion = usage.get("prompt_tokens_details"), usage.get("completion_tokens_details")
    return UsageJson(
        _number(usage.get("prompt_tokens")),
        _number(usage.get("completion_tokens")),
        _PromptDetailsJson(_number(prompt.get("cached_tokens"))) if isinstance(prompt, dict) else None,
        _CompletionDetailsJson(_number(completion.get("reasoning_tokens"))) if isinstance(completion, dict) else None,
        _number(usage.get("prompt_cache_hit_tokens")),
        _number(usage.get("input_tokens")),
        _number(usage.get("output_tokens")),
    )


def _number(value: object) -> int | None:
    """Return a whole number that may have come as a float or a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return int(number) if math.isfinite(number) else None
