"""The JSON of streamed chunks and whole completions, in OpenAI's shape."""

import math

import msgspec

from apps.chat.events import Usage
from apps.chat.providers.reported_errors import says_something
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
    reasoning_text: object = None
    thinking: object = None
    thought: object = None
    """Thinking; or a mark that the content is thinking."""

    refusal: str | None = None
    error: object = None


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
    x_groq: object = None

    @property
    def is_error(self) -> bool:
        """Whether the service reports an error beside the choices, in one of the forms that are known."""
        return (
            (self.error is not None and says_something(self.error))
            or self.kind == "error"
            or self.type == "error"
            or (isinstance(self.x_groq, dict) and says_something(self.x_groq.get("error")))
        )


def text_said(choice: ChoiceJson) -> DeltaJson | None:
    """Return what a choice says, under whichever of its names; None if that is nothing."""
    said = [delta for delta in (choice.delta, choice.message) if delta is not None]
    if choice.text:
        said.append(DeltaJson(content=choice.text))
    return next(
        (delta for delta in said if delta.content), next((delta for delta in said if delta != DeltaJson()), None)
    )


def has_error(choice: ChoiceJson) -> bool:
    """Return whether a choice, or the text in it, reports an error."""
    errors = [choice.error, *(said.error for said in (choice.delta, choice.message) if said is not None)]
    return any(map(says_something, errors))


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


def read_usage(usage: object) -> UsageJson | None:
    """Return the token counts in a decoded value of any type; None if it has none."""
    if not isinstance(usage, dict):
        return None
    prompt, completion = usage.get("prompt_tokens_details"), usage.get("completion_tokens_details")
    return UsageJson(
        number_of(usage.get("prompt_tokens")),
        number_of(usage.get("completion_tokens")),
        _PromptDetailsJson(number_of(prompt.get("cached_tokens"))) if isinstance(prompt, dict) else None,
        _CompletionDetailsJson(number_of(completion.get("reasoning_tokens"))) if isinstance(completion, dict) else None,
        number_of(usage.get("prompt_cache_hit_tokens")),
        number_of(usage.get("input_tokens")),
        number_of(usage.get("output_tokens")),
    )


def number_of(value: object) -> int | None:
    """Return a whole number that may have come as a float or a string."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return int(number) if math.isfinite(number) else None
