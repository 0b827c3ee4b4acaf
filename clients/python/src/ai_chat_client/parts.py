"""The parts of an answer, in the order in which a stream yields them; the last one is the `EndedAnswer`."""

from dataclasses import dataclass
from typing import TypeAlias

from ai_chat_client.wire import AnswerStatus, Usage


@dataclass(frozen=True, slots=True)
class Position:
    """How far an answer has been read (section 3 of the protocol); `follow` continues from there."""

    message_id: str
    run: int = 1
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Text:
    """Text to append."""

    text: str


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Reasoning to append."""

    text: str


@dataclass(frozen=True, slots=True)
class Reset:
    """Discard the text and the reasoning of this answer that came before: all of it follows."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The model service is alive, but has sent no token for this many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class EndedAnswer:
    """An answer that has ended.

    `text` and `reasoning` are all that the client has of it. `status` says how it ended (section 7 of the protocol);
    `error_code`, `error` and `retry_after` (seconds) are set if that is `error`. `context_dropped` counts the messages
    that did not fit into the prompt, `images_dropped` the images that the model did not see.
    """

    position: Position
    text: str
    reasoning: str
    status: AnswerStatus
    finish_reason: str | None = None
    usage: Usage | None = None
    error_code: str | None = None
    error: str | None = None
    retry_after: int | None = None
    context_dropped: int = 0
    images_dropped: int = 0

    @property
    def message_id(self) -> str:
        """The id of the answer, by which it is regenerated or continued."""
        return self.position.message_id


Part: TypeAlias = Text | Reasoning | Reset | Waiting | EndedAnswer
