"""The answer that a question demands of the fake model: `rate=50 tokens=200 seed=3`."""

import re
from typing import Any

import msgspec

TITLE_REQUEST = "Write a short title"

_FIELD = re.compile(r"\b(rate|tokens|seed)=(\d+)")
_GOLDEN = 0.6180339887498949
_SECOND_NS = 1_000_000_000


class Demand(msgspec.Struct, frozen=True):
    """`tokens` tokens, `rate` per second; at rate 0, as fast as the client reads them."""

    rate: int = 50
    tokens: int = 20
    seed: int = 0

    @property
    def question(self) -> str:
        """The text of a question with this demand."""
        return f"rate={self.rate} tokens={self.tokens} seed={self.seed}"

    @property
    def interval_ns(self) -> int:
        """The time between two tokens, in nanoseconds."""
        return _SECOND_NS // self.rate if self.rate else 0

    @property
    def phase_ns(self) -> int:
        """The offset of a stream within its interval: evenly spread over the seeds, so that streams do not coincide."""
        return int(self.seed * _GOLDEN % 1 * self.interval_ns)


class ChatMessage(msgspec.Struct):
    """One message of a request; only text is read."""

    role: str
    content: Any = ""


class StreamOptions(msgspec.Struct):
    """The only option that changes what is streamed."""

    include_usage: bool = False


class ChatRequest(msgspec.Struct):
    """The fields of `POST /v1/chat/completions` that the fake model reads."""

    messages: list[ChatMessage]
    stream: bool = False
    stream_options: StreamOptions | None = None

    @property
    def wants_title(self) -> bool:
        """Whether the request is for the title of a conversation."""
        return any(
            message.role == "system" and str(message.content).startswith(TITLE_REQUEST) for message in self.messages
        )

    @property
    def demand(self) -> Demand:
        """The demand of the last question."""
        question = next((str(message.content) for message in reversed(self.messages) if message.role == "user"), "")
        return msgspec.convert({name: int(value) for name, value in _FIELD.findall(question)}, Demand)
