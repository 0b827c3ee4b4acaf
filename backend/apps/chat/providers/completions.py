"""The JSON of Chat Completions: the requests, and the fields of responses that we read."""

import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import msgspec

from apps.chat.events import Prompt, Usage
from apps.chat.providers.base import ProviderError

_MAX_REASON_LENGTH = 64
_SURROGATE_OR_NUL = re.compile("[\0\ud800-\udfff]")


class DeltaJson(msgspec.Struct, gc=False):
    """New text. Services use one of two names for the reasoning."""

    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    refusal: str | None = None


class ChoiceJson(msgspec.Struct, gc=False):
    """One of the answers; we request one. A stream has a `delta`, a whole completion a `message`."""

    index: int = 0
    delta: DeltaJson | None = None
    message: DeltaJson | None = None
    finish_reason: str | None = None


class UsageJson(msgspec.Struct, gc=False):
    """Token counts of the service."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None

    def to_usage(self) -> Usage:
        """Convert to the value that the rest of the application uses."""
        return Usage(self.prompt_tokens, self.completion_tokens)


class ChunkJson(msgspec.Struct):
    """A chunk of a stream, or a whole completion."""

    choices: list[ChoiceJson] | None = None
    usage: UsageJson | None = None
    error: object = None


_chunks = msgspec.json.Decoder(ChunkJson)


def decode_chunk(data: bytes) -> ChunkJson:
    """Decode one chunk; raises ProviderError if it does not follow the protocol."""
    try:
        return _chunks.decode(data)
    except msgspec.ValidationError:
        raise ProviderError("the model service sent JSON of another shape") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _decode_leniently(data)


def _decode_leniently(data: bytes) -> ChunkJson:
    # msgspec refuses lone surrogates, which occur when a character is split across two chunks.
    try:
        return msgspec.convert(json.loads(data.decode(errors="replace")), ChunkJson)
    except (ValueError, RecursionError):
        raise ProviderError("the model service sent something that is not JSON") from None


def finish_reason(choice: ChoiceJson) -> str | None:
    """Return the model's finish reason; None before the end, when some services send an empty string."""
    return storable(choice.finish_reason)[:_MAX_REASON_LENGTH] if choice.finish_reason else None


DISPENSABLE = frozenset({"temperature", "stream_options", "max_tokens", "max_completion_tokens"})
_DISPENSABLE_WORD = re.compile(r"\b(?:" + "|".join(sorted(DISPENSABLE)) + r")\b")


def build_request(prompt: Prompt, *, omitted: AbstractSet[str], extra: Mapping[str, object]) -> dict[str, object]:
    """Return the body of a streaming request, without the parameters that the service has refused before.

    `max_tokens` is sent as `max_completion_tokens` if only the former was refused.
    """
    body: dict[str, object] = {
        "model": prompt.model,
        "messages": [{"role": message.role, "content": message.content} for message in prompt.messages],
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": prompt.temperature,
        **extra,
    }
    if prompt.max_tokens is not None:
        body["max_completion_tokens" if "max_tokens" in omitted else "max_tokens"] = prompt.max_tokens
    return {name: value for name, value in body.items() if name not in omitted}


class _ErrorJson(msgspec.Struct):
    param: str | None = None
    message: str = ""
    code: str | int | None = None


class _LocatedJson(msgspec.Struct):
    loc: list[str | int] = []


class _RefusalJson(msgspec.Struct):
    error: _ErrorJson | str | None = None
    param: str | None = None
    message: str = ""
    detail: list[_LocatedJson] | str | None = None


_refusals = msgspec.json.Decoder(_RefusalJson)


def refused_parameter(body: bytes, sent: AbstractSet[str]) -> str | None:
    """Return which optional parameter of those `sent` a 400 or 422 complains about, if any.

    `error.param` (or the location that a validator names) decides; the message is used only if there is neither.
    """
    candidates = DISPENSABLE & sent
    refusal = _read_refusal(body)
    error = refusal.error if isinstance(refusal.error, _ErrorJson) else _ErrorJson()
    named = [error.param, refusal.param]
    if isinstance(refusal.detail, list):
        named += [str(part) for located in refusal.detail for part in located.loc]
    if not any(named):
        texts = (error.message, refusal.message, refusal.error, refusal.detail)
        named += _DISPENSABLE_WORD.findall(" ".join(text for text in texts if isinstance(text, str)))
    return next((name for name in named if name in candidates), None)


def is_quota_used_up(body: bytes) -> bool:
    """Return whether a 429 says that the account has no credit left, so that a retry cannot help."""
    error = _read_refusal(body).error
    return isinstance(error, _ErrorJson) and error.code == "insufficient_quota"


def _read_refusal(body: bytes) -> _RefusalJson:
    try:
        return _refusals.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _RefusalJson()


def storable(text: str) -> str:
    """Return `text` with U+FFFD in place of NUL and lone surrogates, which databases cannot store."""
    if text.isascii() and "\0" not in text:
        return text
    return _SURROGATE_OR_NUL.sub("\ufffd", text)
