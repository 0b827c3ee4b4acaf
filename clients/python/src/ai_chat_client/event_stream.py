"""A parser of server-sent events, however their bytes are divided (P-9.11)."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Event:
    """One event; a comment, which is a sign of life, has the kind `comment`."""

    kind: str
    data: str = ""


@dataclass
class EventParser:
    """Yields the complete events of a stream; an event that the end cuts off is discarded."""

    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8-sig")("replace")
    )
    _rest: str = ""
    _has_half_line_end: bool = False
    _kind: str = ""
    _data: list[str] = field(default_factory=list)

    def feed(self, content: bytes) -> Iterator[Event]:
        """Yield the events that these bytes complete."""
        text = self._decoder.decode(content)
        if not text:
            return
        # A CR ends a line by itself: to wait for the LF of a CR LF would hold back the event.
        more = text.removeprefix("\n") if self._has_half_line_end else text
        self._has_half_line_end = text.endswith("\r")
        *lines, self._rest = (self._rest + more.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
        for line in lines:
            yield from self._take(line)

    def _take(self, line: str) -> Iterator[Event]:
        if not line:
            if self._data:
                yield Event(self._kind or "message", "\n".join(self._data))
            self._kind, self._data = "", []
            return
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not name:
            yield Event("comment", value)
        elif name == "data":
            self._data.append(value)
        elif name == "event":
            self._kind = value
