"""Any input of a client is answered by a frame or a listed close code (docs/protocol.md: P-6.16; invariant I-7)."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings
from websockets.exceptions import ConnectionClosed

from testkit.live import SignedInUser
from testkit.socket_client import ChatSocket
from tests.chat.socket.conversations import OpenConversation, refusal

pytestmark = pytest.mark.usefixtures("no_error_logged")

CLOSE_CODES = {1001, 1003, 1007, 1008, 1009, 1012, 4001, 4002, 4004, 4029}
KINDS = (
    "auth",
    "chat.message",
    "chat.regenerate",
    "chat.edit",
    "chat.continue",
    "chat.stop",
    "chat.follow",
    "ping",
    "pong",
)
FIELDS = ("token", "resume", "content", "parent_id", "model", "message_id", "client_id", "run", "seq", "type", "x")

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.uuids().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | st.text(), inner, max_size=4),
    max_leaves=12,
)
commands = st.builds(
    lambda kind, fields: {**fields, "type": kind},
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(FIELDS), anything, max_size=6),
)
frames = st.one_of(
    (anything | commands).map(json.dumps),
    st.text(),
    st.binary(),
    commands.map(json.dumps).flatmap(lambda text: st.integers(0, len(text)).map(lambda end: text[:end])),
)


@pytest.fixture
def no_limits(settings: Settings) -> None:
    settings.SOCKET_COMMAND_RATE = settings.SOCKET_NONSENSE_RATE = settings.MESSAGE_RATE = "off"
    settings.SOCKET_FRAME_RATE = settings.SOCKET_BYTE_RATE = "off"
    settings.SOCKETS_PER_USER = settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS = None


async def try_frame(socket: ChatSocket, frame: str | bytes) -> None:
    """Send a frame, then a command that is refused; check for frames up to the refusal, or for a listed close code."""
    try:
        await socket.connection.send(frame)
        await refusal(socket, "chat.stop", message_id=0)
    except ConnectionClosed:
        assert socket.connection.close_code in CLOSE_CODES, frame
    assert all("type" in received for received in socket.frames)


@pytest.mark.parametrize("is_signed_in", [False, True])
async def test_any_frame_is_answered_by_a_frame_or_a_listed_close_code(
    conversation: OpenConversation, no_limits: None, is_signed_in: bool
) -> None:
    loop = asyncio.get_running_loop()
    await conversation.socket.ask_to_the_end("Hello")

    async def try_out(frame: str | bytes) -> None:
        socket = await (conversation.enter() if is_signed_in else conversation.user.connect(conversation.id))
        socket.verifies = False  # Random frames may ask for the end of an answer of which the client has nothing.
        await try_frame(socket, frame)
        await socket.drop()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(frame=frames)
    def fuzz(frame: str | bytes) -> None:
        asyncio.run_coroutine_threadsafe(try_out(frame), loop).result(60)

    await asyncio.to_thread(fuzz)
    after = await OpenConversation.open(conversation.user)
    assert (await after.socket.ask_to_the_end("Still here?")).content == "Echo: Still here?"


async def test_a_socket_survives_any_text(conversation: OpenConversation, no_limits: None) -> None:
    """Text of any kind leaves a socket open; each frame but `pong` is answered."""
    loop = asyncio.get_running_loop()
    socket = await conversation.enter()

    async def try_out(text: str) -> None:
        before = len(socket.frames)
        await try_frame(socket, text)
        assert socket.connection.close_code is None
        command = as_command(text)
        if command == "chat.stop" and len(socket.frames) == before + 1:
            await socket.receive()  # The end of an answer that is being written comes once it is stored.
        if command not in ("pong", "auth"):
            assert len(socket.frames) > before + 1, text

    @settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(text=st.one_of((anything | commands).map(json.dumps), st.text()))
    def fuzz(text: str) -> None:
        asyncio.run_coroutine_threadsafe(try_out(text), loop).result(60)

    await asyncio.to_thread(fuzz)


def as_command(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value.get("type") if isinstance(value, dict) else None


async def test_bytes_that_are_not_text_close_the_socket(conversation: OpenConversation) -> None:
    for frame in (b"\xff", b'{"type":"\xc3"}', b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\x80"):
        socket = await conversation.enter()
        await socket.connection.send(frame, text=True)
        assert await socket.expect_close() == 1007, frame


async def test_bytes_that_are_not_frames_close_the_socket(user: SignedInUser, conversation: OpenConversation) -> None:
    """Opcodes, lengths and masks that RFC 6455 forbids close 1002 and disturb nothing else."""
    for frame in (
        b"\x83\x80\0\0\0\0",
        b"\x81\x05Hello",
        b"\xf1\x80\0\0\0\0",
        b"\x89\xfe\x00\x7e" + bytes(130),
        b"\xff" * 64,
    ):
        socket = await user.connect(conversation.id)
        socket.connection.transport.write(frame)
        assert await socket.expect_close() == 1002, frame
    assert (await conversation.socket.ask_to_the_end("Still here?")).content == "Echo: Still here?"
