"""The events of an answer: pure values that import only the standard library."""

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
