"""Floods of frames on one WebSocket that has not signed in."""

import asyncio

from attacks.attack import Finding, attack, must_be
from attacks.target import Target
from testkit.raw_connections import flood, masked_frame, open_websocket

FLOOD_SECONDS = 15.0
BYTES_PER_SECOND = 1_500_000
PING, TEXT_BEGIN, CONTINUATION, TEXT = 0x89, 0x01, 0x00, 0x81
RECEIVE_BUFFER_BYTES = 4096
PIECE_BYTES = 64 * 1024


async def flood_socket(port: int, chunk: bytes, *, first: bytes = b"", reads: bool = True) -> list[Finding]:
    """Flood a WebSocket of the server at a port of this machine."""

    def run() -> float | None:
        connection = open_websocket(Target.host, port, receive_buffer=None if reads else RECEIVE_BUFFER_BYTES)
        connection.sendall(first)
        return flood(connection, chunk, rate=BYTES_PER_SECOND, seconds=FLOOD_SECONDS, reads=reads).closed_after

    closed_after = await asyncio.to_thread(run)
    return [must_be("the flood is closed", closed_after is not None, wanted=True)]


def repeat_frame(frame: bytes) -> bytes:
    """Return a chunk of repeated frames."""
    return frame * (PIECE_BYTES // len(frame))


@attack("pings")
async def flood_with_pings(target: Target) -> list[Finding]:
    """Empty pings at 1.5 MB/s."""
    return await flood_socket(target.port, repeat_frame(masked_frame(PING)))


@attack("continuations")
async def flood_with_continuations(target: Target) -> list[Finding]:
    """Empty continuation frames of one message that never ends, at 1.5 MB/s."""
    return await flood_socket(target.port, repeat_frame(masked_frame(CONTINUATION)), first=masked_frame(TEXT_BEGIN))


@attack("texts")
async def flood_with_texts(target: Target) -> list[Finding]:
    """Commands that the server does not understand, at 1.5 MB/s."""
    return await flood_socket(target.port, repeat_frame(masked_frame(TEXT, b"{}")))


@attack("pong-commands")
async def flood_with_pong_commands(target: Target) -> list[Finding]:
    """The command `pong`, which has no answer, at 1.5 MB/s."""
    return await flood_socket(target.port, repeat_frame(masked_frame(TEXT, b'{"type":"pong"}')))


@attack("unread-pongs")
async def flood_with_pings_and_read_nothing(target: Target) -> list[Finding]:
    """Pings of 125 bytes whose pongs the client never reads."""
    return await flood_socket(target.port, repeat_frame(masked_frame(PING, bytes(125))), reads=False)
