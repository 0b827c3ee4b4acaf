"""The events of an answer: pure values that import only the standard library."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class DeltaKind(StrEnum):
    """The kind of a piece of streamed text."""

    CONTENT = "content"
    REASONING = "reasoning"


class Delta(NamedTuple):
    """A piece of text as the model sent it; never empty. A tuple, because very many are made."""

    text: str
    kind: DeltaKind = DeltaKind.CONTENT


class Reclassified(NamedTuple):
    """All text of this run so far is of `kind` after all: a chat template may hide where the reasoning begins."""

    kind: DeltaKind


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one model call, as the model service counted them."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None
    """Tokens of the prompt that the service had in its cache."""

    reasoning_tokens: int | None = None
    """Tokens of the completion that were reasoning."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The model is done; `reason` is its own word for why (`stop`, `length`, `content_filter`, …)."""

    reason: str | None = None
    usage: Usage | None = None


class AnswerStatus(StrEnum):
    """States of an answer (docs/protocol.md, section 7)."""

    PENDING = "pending"
    STREAMING = "streaming"
    COMPLETE = "complete"
    LENGTH = "length"
    FILTERED = "filtered"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    ERROR = "error"

    @property
    def is_terminal(self) -> bool:
        """Whether nothing more follows in this run."""
        return self not in ACTIVE_STATUSES


ACTIVE_STATUSES = frozenset({AnswerStatus.PENDING, AnswerStatus.STREAMING})
CONTINUABLE_STATUSES = frozenset(
    {AnswerStatus.LENGTH, AnswerStatus.STOPPED, AnswerStatus.INTERRUPTED, AnswerStatus.ERROR}
)


_REASONS_OF_STATUS = {
    # None: a whole completion, or a stream that ended with `[DONE]`. Most of the words are OpenAI's and Anthropic's;
    # the others come from Cohere, Baidu, AI21, Aleph Alpha and LM Studio.
    AnswerStatus.COMPLETE: (
        None, "stop", "eos", "eos_token", "end_turn", "stop_sequence",
        "complete", "normal", "end_of_text", "eos_found", "stop_string_found",
    ),
    # Also the words of watsonx, TGI, Z.ai, Aleph Alpha and LM Studio.
    AnswerStatus.LENGTH: (
        "length", "max_tokens", "max_output_tokens", "max_completion_tokens", "max_new_tokens",
        "model_length", "token_limit", "maximum_tokens",
        "model_context_window_exceeded", "context_window_exceeded", "context_length_exceeded",
        "context_length_reached", "max_predicted_tokens_reached",
    ),
    # Also the words of Google, Anthropic, Z.ai and Bedrock.
    AnswerStatus.FILTERED: (
        "content_filter", "content_filtered", "safety", "recitation", "blocklist", "prohibited_content", "spii",
        "image_safety", "refusal", "sensitive", "guardrail_intervened",
    ),
}  # fmt: skip
_PUNCTUATION = re.compile("[^a-z0-9]+")


def _normalize_reason(reason: str | None) -> str | None:
    """Return a finish reason in lower case, without punctuation or the prefix of Google's enumeration."""
    return None if reason is None else _PUNCTUATION.sub("", reason.lower()).removeprefix("finishreason")


_STATUS_OF_REASON = {
    _normalize_reason(reason): status for status, reasons in _REASONS_OF_STATUS.items() for reason in reasons
}


def find_finish_status(reason: str | None) -> AnswerStatus:
    """Return the status for a model's finish reason; an unknown reason is not a complete end."""
    return _STATUS_OF_REASON.get(_normalize_reason(reason), AnswerStatus.INTERRUPTED)


def asks_for_tool(reason: str | None) -> bool:
    """Return whether a model ended in order to have a tool called, although it was offered none."""
    return _normalize_reason(reason) in {"toolcalls", "toolcall", "functioncall", "tooluse"}


def choose_finish_reason(first: str | None, second: str | None) -> str | None:
    """Return which of two finish reasons of one answer counts: the first, unless the second is an error.

    A call of a tool is not an end: a reason that follows it counts.
    """
    if first is None or asks_for_tool(first):
        return second or first
    is_error = find_finish_status(second) is AnswerStatus.INTERRUPTED and not asks_for_tool(second)
    return second if is_error else first


class Position(NamedTuple):
    """The position of a client in one answer: it has all up to and including number `seq` of run `run_number`."""

    run_number: int
    seq: int


@dataclass(frozen=True, slots=True)
class Ending:
    """The ending of a run; becomes the terminal frame."""

    status: AnswerStatus
    finish_reason: str | None = None
    usage: Usage | None = None
    context_dropped: int = 0
    error_code: str | None = None
    retry_after: int | None = None
    images_dropped: int = 0


class TextPart(NamedTuple):
    """Merged deltas of one kind, numbered `after + 1` to `seq`; `reset`: discard what you have of this answer."""

    run_number: int
    after: int
    seq: int
    kind: DeltaKind
    text: str
    reset: bool = False


@dataclass(frozen=True, slots=True)
class TerminalEvent:
    """The one terminal event of a run; its number is `seq`."""

    run_number: int
    after: int
    seq: int
    ending: Ending


type StreamEvent = TextPart | TerminalEvent


@dataclass(frozen=True, slots=True)
class AnswerText:
    """The text of an answer up to number `seq`; also the start of a log that no longer has the deltas up to there."""

    content: str = ""
    reasoning: str = ""
    seq: int = 0
