"""The JSON of streamed chunks and whole completions, in OpenAI's shape."""

from typing import Literal

import msgspec

from apps.chat.providers.failures.reported_errors import is_error_value
from apps.chat.providers.reading.usage_json import UsageJson
from apps.core.text import make_storable

_MAX_REASON_LENGTH = 64
_NO_REASONS = {"null", "none", "undefined", "not_finished"}
CHUNK_OBJECT = "chat.completion.chunk"
"""The `object` of a chunk of a stream."""


class DeltaJson(msgspec.Struct, gc=False):
    """The delta of a choice: new text. Services use one of several names for the reasoning, or more than one."""

    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    reasoning_details: object = None
    refusal: str | None = None
    error: object = None
    # Reasoning under rarer names, or marks that the content is reasoning.
    reasoning_text: object = None
    thinking: object = None
    thought: object = None
    is_thinking: object = None
    is_reasoning: object = None
    role: object = None
    type: object = None
    channel: object = None
    phase: object = None

    @property
    def may_hold_reasoning(self) -> bool:
        """Whether a rarer field says that the text may be reasoning, or has reasoning beside it."""
        return bool(
            (self.role is not None and self.role != "assistant")
            or self.thinking
            or self.thought
            or self.type
            or self.channel
            or self.phase
            or self.is_thinking
            or self.is_reasoning
            or self.reasoning_text
            or (self.reasoning_details and not (self.reasoning or self.reasoning_content))
        )


class ChoiceJson(msgspec.Struct, gc=False):
    """One choice (we request one): a chunk has a `delta`, a whole completion a `message`.

    Older services have the `text` itself, and some the usage.
    """

    index: int = 0
    delta: DeltaJson | None = None
    message: DeltaJson | None = None
    finish_reason: str | None = None
    google_finish_reason: str | None = msgspec.field(default=None, name="finishReason")
    text: str | None = None
    usage: UsageJson | None = None
    error: object = None


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
            (self.error is not None and is_error_value(self.error))
            or self.kind == "error"
            or self.type == "error"
            or (isinstance(self.x_groq, dict) and is_error_value(self.x_groq.get("error")))
        )


class PlainDeltaJson(msgspec.Struct, forbid_unknown_fields=True):
    """The delta of OpenAI's first or last chunk, without text."""

    role: Literal["assistant"] | None = None
    content: Literal[""] | None = None
    refusal: None = None


class PlainChoiceJson(msgspec.Struct, forbid_unknown_fields=True):
    """The choice of OpenAI's first or last chunk."""

    index: int
    delta: PlainDeltaJson
    finish_reason: str | None = None
    logprobs: None = None


class PlainChunkJson(msgspec.Struct, forbid_unknown_fields=True):
    """OpenAI's first or last chunk, and nothing else."""

    choices: list[PlainChoiceJson]
    kind: Literal["chat.completion.chunk"] = msgspec.field(name="object")
    id: str = ""
    created: int = 0
    model: str = ""
    service_tier: str | None = None
    system_fingerprint: str | None = None
    obfuscation: str | None = None
    usage: None = None


def find_text(choice: ChoiceJson) -> DeltaJson | None:
    """Return the text of a choice, under any of its names; None if it has none."""
    deltas = [delta for delta in (choice.delta, choice.message) if delta is not None]
    if choice.text:
        deltas.append(DeltaJson(content=choice.text))
    return next(
        (delta for delta in deltas if delta.content), next((delta for delta in deltas if delta != DeltaJson()), None)
    )


def choice_has_error(choice: ChoiceJson) -> bool:
    """Return whether a choice, or the text in it, reports an error."""
    errors = [choice.error, *(deltas.error for deltas in (choice.delta, choice.message) if deltas is not None)]
    return any(map(is_error_value, errors))


def read_finish_reason(choice: ChoiceJson) -> str | None:
    """Return the finish reason of a choice; None before the end, when some services send an empty string or "null"."""
    reason = choice.finish_reason or choice.google_finish_reason
    return make_storable(reason)[:_MAX_REASON_LENGTH] if reason and states_finish(reason) else None


def states_finish(reason: object) -> bool:
    """Return whether `reason` is a finish reason: some services send an empty string or "null" before the end."""
    return isinstance(reason, str) and reason != "" and reason.lower() not in _NO_REASONS
