"""The reader of server-sent events: the format, splits at any byte, and limits."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.chat.providers.reading.sse import (
    MAX_COMMENT_BYTES,
    MAX_EVENT_BYTES,
    MAX_OBJECT_BYTES,
    SseError,
    SseEvent,
    SseReader,
)

pytestmark = pytest.mark.storeless


def read(stream: bytes, *cuts: int) -> list[SseEvent]:
    reader = SseReader()
    edges = [0, *sorted(cuts), len(stream)]
    return [event for start, end in pairwise(edges) for event in reader.feed(stream[start:end])]


def data(*texts: str) -> list[SseEvent]:
    return [SseEvent(b"", text.encode()) for text in texts]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\n", data("a")),
        (b"data:a\n\ndata:  b\n\n", data("a", " b")),
        (b"data: a\r\n\r\ndata: b\r\n\r\n", data("a", "b")),
        (b"data: a\r\rdata: b\r\r", data("a", "b")),
        (b"data: a\ndata: b\ndata:\ndata\n\n", data("a\nb\n\n")),
        (b": comment\n\n:\ndata: a\n: another\ndata: b\n\n", data("a\nb")),
        (b"\xef\xbb\xbfdata: a\n\n\xef\xbb\xbfdata: b\n\n", data("a")),
        (b"event: error\ndata: x\n\ndata: y\n\n", [SseEvent(b"error", b"x"), SseEvent(b"", b"y")]),
        (b"event: ping\n\ndata: y\n\n", data("y")),
        (b"id: 7\nretry: 5\nunknown: z\ndata: a\n\n", data("a")),
        (b"data: whole\n\ndata: broken off\n", data("whole")),
        (b"data: a\x0bb\x0cc\x1cd\xc2\x85e\n\n", [SseEvent(b"", b"a\x0bb\x0cc\x1cd\xc2\x85e")]),
        ("data: 你好 😀\n\n".encode(), data("你好 😀")),
        (b"", []),
        (b"\n\n\n", []),
    ],
)
def test_streams_are_read_as_the_format_specifies(stream: bytes, events: list[SseEvent]) -> None:
    assert read(stream) == events
    assert read(stream, *range(len(stream))) == events


LINES = st.sampled_from(
    [b"data: a", b"data:b", b"data", b": c", b"event: error", b"", b"", "data: é你😀".encode(), b"x: y"]
)
STREAMS = st.lists(st.tuples(LINES, st.sampled_from([b"\n", b"\r", b"\r\n"])).map(b"".join), max_size=20).map(b"".join)


@settings(deadline=None)
@given(stream=STREAMS, chance=st.data())
def test_any_split_yields_the_same_events(stream: bytes, chance: st.DataObject) -> None:
    cuts = chance.draw(st.lists(st.integers(0, len(stream)), min_size=1))
    assert read(stream, *cuts) == read(stream)


def test_every_split_in_three_yields_the_same_events() -> None:
    stream = "\ufeffdata: a\r\ndata: é\r\r\n: c\nevent: e\r\ndata:你\ndata\n\rdata: b\n\ndata: z".encode()
    events = [SseEvent(b"", "a\né".encode()), SseEvent(b"e", "你\n".encode()), SseEvent(b"", b"b")]
    for first, second in combinations(range(len(stream) + 1), 2):
        assert read(stream, first, second) == events


@settings(deadline=None)
@given(stream=STREAMS)
def test_line_ends_do_not_matter(stream: bytes) -> None:
    unix = stream.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    assert read(unix.replace(b"\n", b"\r\n")) == read(unix.replace(b"\n", b"\r")) == read(unix)


LONG_EVENT = b"data: " + b"x" * (MAX_EVENT_BYTES + 10) + b"\n\n"
LONG_COMMENT = b": " + b"x" * (MAX_COMMENT_BYTES + 256 * 1024) + b"\n\n"


@pytest.mark.parametrize(
    ("stream", "piece"),
    [
        (LONG_EVENT, 1000),
        (LONG_EVENT, 64 * 1024),
        (LONG_EVENT, 4 * MAX_EVENT_BYTES),
        (LONG_COMMENT, 64 * 1024),
        (b"data: " + b"x" * MAX_EVENT_BYTES, 64 * 1024),
        (b"data: xxxxxxxxxxxxx\n" * (MAX_EVENT_BYTES // 13), 4 * MAX_EVENT_BYTES),
    ],
    ids=["small pieces", "pieces", "one piece", "comment", "line without an end", "event of short lines"],
)
def test_an_endless_line_or_event_is_refused(stream: bytes, piece: int) -> None:
    with pytest.raises(SseError):
        read(stream, *range(0, len(stream), piece))


def test_an_object_may_be_longer_but_not_endless() -> None:
    whole = b'{"image": "' + b"x" * MAX_EVENT_BYTES + b'"}'
    assert read(b"data: " + whole + b"\n\n", *range(0, len(whole), 64 * 1024)) == [SseEvent(b"", whole)]
    endless = b"data: {" + b"x" * MAX_OBJECT_BYTES
    with pytest.raises(SseError):
        read(endless, *range(0, len(endless), 64 * 1024))


def test_a_long_comment_is_ignored() -> None:
    stream = b":" + b"x" * (2 * MAX_EVENT_BYTES) + b"\n\ndata: a\n\n"
    assert read(stream, *range(0, len(stream), 64 * 1024)) == data("a")


def test_events_before_an_endless_line_are_returned() -> None:
    events = SseReader().feed(b"data: good\n\ndata: " + b"x" * (MAX_EVENT_BYTES + 1) + b"\n\n")
    assert next(events) == SseEvent(b"", b"good")
    with pytest.raises(SseError):
        next(events)
