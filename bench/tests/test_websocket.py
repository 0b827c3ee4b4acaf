"""The WebSocket client of the bench: reading and writing frames."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from bench.websocket import CLOSE, PING, TEXT, BrokenProtocolError, FrameReader, client_frame

texts = st.lists(st.text(max_size=40) | st.integers(0, 70_000).map(lambda length: "x" * length), max_size=8)


def served(texts: list[str]) -> bytes:
    """Return frames as the servers' library writes them."""
    return b"".join(Frame(Opcode.TEXT, text.encode()).serialize(mask=False) for text in texts)


@settings(deadline=None)
@given(texts, st.data())
def test_frames_are_read_however_they_are_divided(texts: list[str], data: st.DataObject) -> None:
    stream = served(texts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=12)))
    reader = FrameReader()
    pieces = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    frames = [frame for piece in pieces for frame in reader.read(piece)]

    assert [(operation, payload.decode()) for operation, payload in frames] == [(TEXT, text) for text in texts]


def test_a_header_may_arrive_byte_by_byte() -> None:
    reader = FrameReader()

    frames = [frame for byte in served(["y" * 70_000, "z" * 300, ""]) for frame in reader.read(bytes([byte]))]

    assert [len(payload) for _, payload in frames] == [70_000, 300, 0]


def test_control_frames_are_returned_with_their_operation() -> None:
    stream = Frame(Opcode.PING, b"ab").serialize(mask=False) + Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=False)

    assert FrameReader().read(stream) == [(PING, b"ab"), (CLOSE, b"\x03\xe8")]


@pytest.mark.parametrize(
    "frame",
    [
        Frame(Opcode.TEXT, b"a", fin=False).serialize(mask=False),
        bytes((0x80 | 0x40 | TEXT, 1)) + b"a",
        Frame(Opcode.TEXT, b"a").serialize(mask=True),
        Frame(Opcode.TEXT, b"a" * 200).serialize(mask=True),
        Frame(Opcode.TEXT, b"a" * 70_000).serialize(mask=True),
    ],
)
def test_frames_that_no_server_sends_are_refused(frame: bytes) -> None:
    with pytest.raises(BrokenProtocolError):
        FrameReader().read(frame)


@pytest.mark.parametrize("length", [0, 125, 126, 65_535, 65_536])
def test_frames_of_the_client_are_masked_and_complete(length: int) -> None:
    payload = bytes(at & 0x7F for at in range(length))
    masked = client_frame(TEXT, payload)
    header = len(masked) - length - 4

    mask, body = masked[header : header + 4], masked[header + 4 :]

    assert masked[0] == 0x81
    assert masked[1] & 0x80
    assert bytes(byte ^ mask[at % 4] for at, byte in enumerate(body)) == payload
