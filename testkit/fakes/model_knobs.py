"""What the fake model server can be told to do, and how a question says it: `[[rate=20]] [[tokens=200]] Hello`."""

import re
from dataclasses import dataclass, replace
from typing import Self, get_type_hints

_KNOB = re.compile(r"\[\[(\w+)(?:=([^\[\]]*))?\]\] ?")


@dataclass(frozen=True, slots=True)
class Knobs:
    """All that can be turned; counts of tokens include reasoning."""

    # The text
    text: str | None = None
    """Answer exactly this."""
    tokens: int | None = None
    """Answer with so many numbered words: `w1 w2 …`."""
    reasoning: int = 0
    """Think so many words first: `r1 r2 …`."""
    reasoning_field: str = "reasoning_content"
    """The field that carries them; some services call it `reasoning`."""
    markdown: bool = False
    """Answer with a long Markdown sample: headings, lists, a table, code."""
    surrogate: bool = False
    """An emoji whose halves come in two chunks, then a lone half."""
    nul: bool = False
    """A NUL in the text."""
    repeat: int = 0
    """When continued, say the last so many characters once more before going on."""

    # The pace
    rate: float = 0
    """Tokens a second; 0 is as fast as it goes."""
    slow_start: bool = False
    """Never send anything, not even the status line."""
    hang: int | None = None
    """Stop sending after so many tokens and keep the connection; 0 sends the headers only."""
    gate: str | None = None
    """Wait for `open()` before each token; a name (`[[gate=a]]`) makes it a gate of its own."""
    split: int = 0
    """Send the stream in pieces of so many bytes."""

    # The end
    finish: str = "stop"
    """The finish reason."""
    no_finish: bool = False
    """End the stream properly, but without a finish reason."""
    cut: int | None = None
    """Drop the TCP connection after so many tokens."""
    error_event: int | None = None
    """After so many tokens send `event: error` and end."""
    error_object: int | None = None
    """After so many tokens send an error object as plain `data:` and end."""
    slow_end: bool = False
    """End the HTTP response ten milliseconds after the last event."""
    again: bool = False
    """Let the knobs of this group and `fail`, `hang`, `slow_start` also hold when the answer is continued."""

    # Refusals
    fail: int | None = None
    """Answer with this HTTP status; one of 300 to 399 redirects to the same place."""
    times: int | None = None
    """Fail only so many times for the same question; absent: always."""
    retry_after: str | None = None
    """The `Retry-After` header of a failure: seconds or an HTTP date."""
    unsupported: str = ""
    """Refuse these parameters (comma list) with 400."""
    no_param: bool = False
    """Name the unsupported parameter in the message only, not in `error.param`."""

    # The form
    no_stream: bool = False
    """Answer with one JSON completion although a stream was asked for."""
    raw: str | None = None
    """Send these bytes (base64) as the whole body of the stream."""

    def turned(self, **changes: str | float | bool | None) -> Self:
        """A copy with these knobs changed; a `TypeError` for a name that is none."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def for_continuation(self) -> Self:
        """The same answer without its faults, so that a broken answer can be continued to its end."""
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
    """The knobs that `text` turns, and the text without them; what looks like a knob but is none stays text."""
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
