"""Floods of frames: the connection is closed, and no other client notices (docs/protocol.md: P-2.15, P-2.16, P-2.7)."""

import asyncio
from collections.abc import Callable

import pytest
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser
from testkit.raw_connections import PATIENCE_SECONDS, Flood, flood, masked_frame, open_websocket
from tests.chat.socket.conversations import OpenConversation, is_quiet, read_whole

in_this_process = pytest.mark.store_independent
"""Marks tests of budgets, which are counted in the process: no store sees the frames that they refuse."""

BYTES_PER_SECOND = 1_000_000
PIECE_BYTES = 32 * 1024
PING, CONTINUATION, TEXT_BEGIN, TEXT = 0x89, 0x00, 0x01, 0x81
CLOSED_1008 = b"\x88\x02\x03\xf0"

FLOODS = {
    "pings": (b"", masked_frame(PING)),
    "continuations": (masked_frame(TEXT_BEGIN), masked_frame(CONTINUATION)),
    "refused frames": (b"", masked_frame(TEXT, b"{}")),
    "pong commands": (b"", masked_frame(TEXT, b'{"type":"pong"}')),
    "bytes of one message": (masked_frame(TEXT_BEGIN), masked_frame(CONTINUATION, bytes(4000))),
}


def make_flood(server: LiveServer, name: str) -> Callable[[], Flood]:
    first, frame = FLOODS[name]

    def attack() -> Flood:
        connection = open_websocket("127.0.0.1", server.port)
        connection.sendall(first)
        return flood(connection, frame * (PIECE_BYTES // len(frame)), rate=BYTES_PER_SECOND, seconds=PATIENCE_SECONDS)

    return attack


@in_this_process
@pytest.mark.parametrize("name", [name for name in FLOODS if name != "bytes of one message"])
async def test_a_flood_of_frames_is_closed_with_1008(chat_server: LiveServer, name: str) -> None:
    outcome = await asyncio.to_thread(make_flood(chat_server, name))
    assert outcome.closed_after is not None
    assert CLOSED_1008 in outcome.response


@in_this_process
async def test_a_flood_of_bytes_is_closed_with_1008(chat_server: LiveServer, settings: Settings) -> None:
    settings.SOCKET_BYTE_RATE = "100000/60"
    outcome = await asyncio.to_thread(make_flood(chat_server, "bytes of one message"))
    assert outcome.closed_after is not None
    assert CLOSED_1008 in outcome.response


@in_this_process
async def test_only_the_latest_ping_of_a_burst_is_answered(chat_server: LiveServer) -> None:
    def ping() -> bytes:
        with open_websocket("127.0.0.1", chat_server.port) as connection:
            connection.sendall(b"".join(masked_frame(PING, b"%02d" % number) for number in range(20)))
            received = b""
            while b"19" not in received:
                received += connection.recv(4096)
            return received

    assert (await asyncio.to_thread(ping)).endswith(b"\x8a\x0219")


@in_this_process
async def test_frames_within_the_budget_are_served_in_pieces(conversation: OpenConversation) -> None:
    """A burst of commands that is longer than one turn, and frames whose headers arrive byte by byte."""
    for _ in range(100):
        await conversation.socket.send("pong")
    await conversation.socket.send("ping")
    await conversation.socket.expect("pong")
    key = bytes(4)
    for byte in b"\x81\xfe\x00\x80" + key + b'{"type":"ping"}'.ljust(128):
        conversation.socket.connection.transport.write(bytes((byte,)))
        await asyncio.sleep(0)
    await conversation.socket.expect("pong")
    assert await is_quiet(conversation.socket)


@pytest.mark.parametrize("name", [name for name in FLOODS if name != "bytes of one message"])
async def test_streams_continue_in_order_beside_a_flood(
    chat_server: LiveServer, user: SignedInUser, model_server: ModelServer, name: str
) -> None:
    conversations = [await OpenConversation.open(user) for _ in range(10)]
    model_server.script(gate="")
    answers = [(await conversation.socket.ask("Go"))["reply"]["id"] for conversation in conversations]
    attack = asyncio.create_task(asyncio.to_thread(make_flood(chat_server, name)))
    alive = 0
    while not attack.done():
        await user.call("GET", "/health/live", expect=200)
        model_server.open(1)
        alive += 1
    assert (await attack).closed_after is not None
    assert alive
    model_server.open(1000)
    for conversation, answer_id in zip(conversations, answers, strict=True):
        await read_whole(conversation.socket, answer_id, "Echo: Go")
