"""Incremental reader of server-sent events (`text/event-stream`), with the deviations of model services."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

MAX_EVENT_BYTES = 1024 * 1024
MAX_OBJECT_BYTES = 8 * 1024 * 1024
"""The limit of JSON objects: enough for an image that a model has drawn."""

MAX_COMMENT_BYTES = 16 * 1024 * 1024
DONE = b"[DONE]"
"""The data of the event that ends a stream of completions."""

_ERROR_NAME = re.compile(rb"error|fail|exception|abort|timeout", re.IGNORECASE)
BLANKS = b" \t\r\n\xc2\xa0" + codecs.BOM_UTF8
"""Bytes of blanks and byte order marks around JSON."""

_CR, _LF = 13, 10
_OBJECT_LINE = re.compile(rb"(?:data:)?[ \t]*\{")
_NO_FIELD = b"\n"
"""Stands for the field name of a line that has none."""

_OBJECT = b"{"
"""The first line of a pretty-printed JSON object."""

_BODY_STARTS = (b"{", b"[", b"<")
"""Beginnings of lines that are JSON or HTML."""

_skim = msgspec.json.Decoder(msgspec.Raw).decode


class SseError(Exception):
    """A line or the data of an event is longer than `MAX_EVENT_BYTES`, or its limit as an object or a comment."""


class SseEvent(NamedTuple):
    """One event. `name` is empty if the stream has none; the lines of `data` are joined by line feeds."""

    name: bytes
    data: bytes

    @property
    def is_error(self) -> bool:
        """Whether the event reports an error, by its name."""
        return self.name != b"" and _is_error_name(self.name)


def _is_error_name(name: bytes) -> bool:
    return _ERROR_NAME.search(name) is not None


def is_done(data: bytes) -> bool:
    """Return whether the data of an event ends a stream of completions."""
    return data.strip(b"\"'").replace(b" ", b"").upper() == DONE


class SseReader:
    """Parses bytes, split anywhere, into events as the HTML standard says, with some exceptions.

    A line of data that is a whole JSON object or `[DONE]` is an event by itself, because some services leave out the
    blank lines. A field `error` is an event of that name, because llama.cpp reports errors with it, and an event of
    that name needs no data. A line without a field, or that begins like JSON or HTML, is an event too: some gateways
    insert one into a stream. Names of fields may be in capitals, with blanks around them.

    Data stays bytes, so that a split UTF-8 sequence does not matter and JSON is decoded once. An incomplete event at
    the end of the stream is never returned.
    """

    def __init__(self) -> None:
        self._rest = bytearray()
        self._after_cr = False
        self._is_first_line = True
        self._name = b""
        self._data: list[bytes] = []
        self._size = 0
        self._comment_size = 0
        self._object: list[bytes] = []
        """The lines of a JSON object that is not in fields, until it ends."""

    def feed(self, received: bytes) -> Iterator[SseEvent]:
        """Yield the events that `received` completes; must be exhausted before the next call."""
        for line in self._complete_lines(received):
            if not line:
                if self._data or (self._name and _is_error_name(self._name)):
                    yield self._take_event()
                self._name = b""
                continue
            name, _, value = line.partition(b":")
            name = name if name == b"data" else _read_field_name(line, name)
            if name == b"data":
                if self._data and self._is_whole():
                    yield self._take_event()
                self._add_data(value.removeprefix(b" "))
            elif name == b"event":
                self._name = value.removeprefix(b" ")
            elif name == b"error":
                yield SseEvent(b"error", value.removeprefix(b" "))
            elif name == _NO_FIELD:
                yield SseEvent(self._name, line)
        if self._data and self._is_whole():
            yield self._take_event()

    def end(self) -> Iterator[SseEvent]:
        """Yield the event of an unfinished last line, if the event is complete."""
        yield from self.feed(b"\n")
        if self._object:
            yield SseEvent(self._name, b" ".join(self._object))

    def _take_event(self) -> SseEvent:
        event = SseEvent(self._name, self._data[0] if len(self._data) == 1 else b"\n".join(self._data))
        self._data = []
        self._size = 0
        return event

    def _is_whole(self) -> bool:
        """Return whether the data is one line that needs no other."""
        data = self._data[0].strip()
        return len(self._data) == 1 and (data == DONE or (data[:1] == b"{" and data[-1:] == b"}" and _is_json(data)))

    def _complete_lines(self, received: bytes) -> list[bytes]:
        if not received:
            return []
        if self._after_cr:
            # The line feed of a CRLF that was split.
            received = received.removeprefix(b"\n")
            self._after_cr = False
        if not received:
            return []
        self._after_cr = received[-1] == _CR
        if not self._rest and received[-1] == _LF:
            lines = received.splitlines()
        else:
            end = max(received.rfind(b"\n"), received.rfind(b"\r")) + 1
            if not end:
                self._keep(received)
                return []
            lines = (bytes(self._rest) + received[:end]).splitlines()
            self._rest.clear()
            self._keep(received[end:])
            if len(lines[0]) > MAX_EVENT_BYTES and len(lines[0]) > _find_limit(lines[0]) and lines[0][:1] != b":":
                raise SseError("a line is too long")
        if self._is_first_line:
            self._is_first_line = False
            lines[0] = lines[0].lstrip(codecs.BOM_UTF8)
        return self._join_object(lines) if self._object or _OBJECT in lines else lines

    def _join_object(self, lines: list[bytes]) -> list[bytes]:
        """Return the lines with an object of several lines as one."""
        joined: list[bytes] = []
        for line in lines:
            if not self._object and line != _OBJECT:
                joined.append(line)
                continue
            is_broken = line.startswith(b"data:")
            if not is_broken:
                self._object.append(line)
                self._size += len(line)
            if self._size > MAX_OBJECT_BYTES:
                raise SseError("an object is too long")
            if is_broken or line[:1] == b"}":
                joined += [b" ".join(self._object), line] if is_broken else [b" ".join(self._object)]
                self._object = []
                self._size = 0
        return joined

    def _keep(self, received: bytes) -> None:
        if self._rest[:1] == b":":
            # More of a comment, which says nothing: it is counted, not kept.
            self._comment_size += len(received)
            if self._comment_size > MAX_COMMENT_BYTES:
                raise SseError("a comment is too long")
            return
        self._comment_size = 0
        size = len(self._rest) + len(received)
        if received[:1] != b":" and size > MAX_EVENT_BYTES and size > _find_limit(self._rest or received):
            raise SseError("a line is too long")
        self._rest += received

    def _add_data(self, value: bytes) -> None:
        while value[:5] == b"data:":  # Some gateways repeat the name of the field in the data.
            value = value[5:].removeprefix(b" ")
        self._size += len(value) + 1
        if self._size > MAX_EVENT_BYTES and self._size > _find_limit(value):
            raise SseError("an event is too long")
        self._data.append(value)


def _find_limit(line: bytes | bytearray) -> int:
    """Return how many bytes a line may have, or data of one line."""
    return MAX_OBJECT_BYTES if _OBJECT_LINE.match(line) else MAX_EVENT_BYTES


def _read_field_name(line: bytes, name: bytes) -> bytes:
    """Return the name of a line's field: the text before its first colon."""
    return _NO_FIELD if name == line or line[:1] in _BODY_STARTS else name.strip().lower()


def _is_json(data: bytes) -> bool:
    try:
        _skim(data)
    except (msgspec.MsgspecError, RecursionError):
        pass
    else:
        return True
    try:
        json.loads(data, strict=False)  # Unlike msgspec, json accepts lone surrogates.
    except (ValueError, RecursionError):
        return False
    return True
