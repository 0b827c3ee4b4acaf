"""Knobs of the fake model server, which a question may contain too: `[[rate=20]] [[tokens=200]] Hello`."""

import re
from dataclasses import dataclass, replace
from typing import Self, get_type_hints

_KNOB = re.compile(r"\[\[(\w+)(?:=([^\[\]]*))?\]\] ?")


@dataclass(frozen=True, slots=True)
class Knobs:
    """How to answer a request; counts of tokens include reasoning."""

    # The text
    text: str | None = None
    """Answer with exactly this text."""
    copies: int = 1
    """Repeat that text this many times, without anything in between."""
    tokens: int | None = None
    """Answer with this many numbered words: `w1 w2 …`."""
    reasoning: int = 0
    """Send this many words of reasoning first: `r1 r2 …`."""
    reasoning_field: str = "reasoning_content"
    """The field with the reasoning; some services call it `reasoning`."""
    markdown: bool = False
    """Answer with a long Markdown sample: headings, lists, a table, code."""
    surrogate: bool = False
    """Send an emoji whose surrogates are in two chunks, then a lone surrogate."""
    nul: bool = False
    """Put a NUL into the text."""
    repeat: int = 0
    """When an answer is continued, repeat its last characters first, this many."""

    # The pace
    rate: float = 0
    """Tokens per second; 0 is as fast as possible."""
    slow_start: bool = False
    """Never send anything, not even the status line."""
    hang: int | None = None
    """Stop sending after this many tokens and keep the connection open; 0 sends the headers only."""
    gate: str | None = None
    """Wait for `open()` before each token; gates with different names (`[[gate=a]]`) are opened separately."""
    keep_alive: float = 0
    """Send a comment each time this many seconds pass at a gate."""
    split: int = 0
    """Send the stream in pieces of this many bytes."""

    # The end
    finish: str = "stop"
    """The finish reason."""
    no_finish: bool = False
    """End the stream properly, but without a finish reason."""
    cut: int | None = None
    """Drop the TCP connection after this many tokens."""
    error_event: int | None = None
    """After this many tokens, send `event: error` and end."""
    error_object: int | None = None
    """After this many tokens, send an error object as plain `data:` and end."""
    slow_end: bool = False
    """End the HTTP response ten milliseconds after the last event."""
    again: bool = False
    """Apply the knobs of this group, and `fail`, `hang` and `slow_start`, to continuations of the answer too."""

    # Refusals
    fail: int | None = None
    """Answer with this HTTP status; one of 300 to 399 redirects to the same URL."""
    times: int | None = None
    """Fail this many times for the same question; absent: always."""
    retry_after: str | None = None
    """The `Retry-After` header of a failure: seconds or an HTTP date."""
    unsupported: str = ""
    """Refuse these parameters (separated by commas) with 400."""
    blind: str = ""
    """Refuse requests with images as this service does: `openai`, `vllm`, `llamacpp` or `openrouter`."""
    max_prompt_length: int | None = None
    """Refuse prompts of more than this many characters, as OpenAI does."""
    no_param: bool = False
    """Name the unsupported parameter in the message only, not in `error.param`."""

    # The form
    no_stream: bool = False
    """Answer a request for a stream with one JSON completion."""
    raw: str | None = None
    """Send these bytes (base64) as the whole body of the stream."""

    def turned(self, **changes: str | float | bool | None) -> Self:
        """Return a copy with these knobs changed; raises `TypeError` for an unknown name."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def for_continuation(self) -> Self:
        """Return the same knobs without the failures, so that a broken answer can be continued to its end."""
        if self.again:
            return self
        return replace(
            self,
            finish="stop",
            no_finish=False,
            cut=None,
            error_event=None,
            error_object=None,
            fail=None,
            hang=None,
            slow_start=False,
        )


_TYPES = get_type_hints(Knobs)


def read_knobs(text: str, defaults: Knobs) -> tuple[Knobs, str]:
    """Return `defaults` as `text` changes them, and the text without its knobs; an unknown `[[name]]` stays text."""
    changes: dict[str, str | float | bool | None] = {}

    def take(match: re.Match[str]) -> str:
        name, value = match[1], match[2]
        if name not in _TYPES:
            return match[0]
        changes[name] = _parse_value(_TYPES[name], value)
        return ""

    rest = _KNOB.sub(take, text)
    return defaults.turned(**changes), rest


def _parse_value(kind: object, value: str | None) -> str | float | bool:
    if kind is bool:
        return value not in {"0", "false"}
    if kind in (int, int | None):
        return int(value or 0)
    if kind is float:
        return float(value or 0)
    return value or ""
