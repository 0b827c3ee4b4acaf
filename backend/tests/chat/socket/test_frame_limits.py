"""The limits of one connection: sizes and numbers of frames (docs/protocol.md: P-2.8 to P-2.14)."""

from contextlib import suppress
from uuid import uuid4

import pytest
from pytest_django import Settings
from websockets.exceptions import ConnectionClosedError

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser
from tests.chat.socket.conversations import OpenConversation, is_quiet, refusal

never_stored = pytest.mark.store_independent
"""Marks tests of frames that are refused or answered before any store sees them."""

ID = "01a20000-0000-7000-8000-000000000000"


@never_stored
async def test_a_frame_over_2_mib_closes_1009(conversation: OpenConversation) -> None:
    limit = 2 * 1024 * 1024
    padding = limit - len('{"type":"ping","x":""}')
    await conversation.socket.send_text('{"type":"ping","x":"%s"}' % ("a" * padding))
    assert (await conversation.socket.receive())["type"] == "pong"
    for size in (limit + 1, limit + 64 * 1024):
        socket = await conversation.enter()
        with suppress(ConnectionClosedError):  # The server closes when it has read the length of the frame.
            await socket.send_text("a" * size)
        assert await socket.expect_close() == 1009
        assert [frame["type"] for frame in socket.frames] == ["auth.success"]


@never_stored
async def test_a_frame_over_256_kib_closes_1009_before_signing_in(conversation: OpenConversation) -> None:
    socket = await conversation.user.connect(conversation.id)
    with suppress(ConnectionClosedError):
        await socket.send_text("a" * (256 * 1024 + 1))
    assert await socket.expect_close() == 1009


@never_stored
async def test_a_fragmented_message_is_measured_as_a_whole(conversation: OpenConversation) -> None:
    await conversation.socket.connection.send(['{"type":', '"pi', 'ng"}'])
    assert (await conversation.socket.receive())["type"] == "pong"
    with suppress(ConnectionClosedError):
        await conversation.socket.connection.send("a" * 8192 for _ in range(256 + 1))
    assert await conversation.socket.expect_close() == 1009


@never_stored
async def test_the_limit_of_a_frame_is_a_setting(
    user: SignedInUser, chat_server: LiveServer, settings: Settings
) -> None:
    settings.SOCKET_MAX_FRAME = 1024
    chat_server.restart()
    socket = await user.connect(ID)
    await socket.send_text("a" * 1025)
    assert await socket.expect_close() == 1009


@never_stored
async def test_a_binary_frame_closes_1003(conversation: OpenConversation) -> None:
    unsigned = await conversation.user.connect(conversation.id)
    for socket in (conversation.socket, unsigned):
        await socket.connection.send(b'{"type":"ping"}')
        assert await socket.expect_close() == 1003


@never_stored
async def test_too_many_frames_that_are_not_understood_close_1008(conversation: OpenConversation) -> None:
    for socket in (conversation.socket, await conversation.user.connect(conversation.id)):
        before = len(socket.frames)
        for _ in range(101):
            await socket.send_text("nonsense")
        assert await socket.expect_close() == 1008
        assert len(socket.frames) - before in {99, 100}


async def test_too_many_commands_are_refused(conversation: OpenConversation) -> None:
    for _ in range(119):
        await conversation.socket.send("ping")
        await conversation.socket.send("pong")
    for _ in range(119):
        assert (await conversation.socket.receive())["type"] == "pong"
    client_id = str(uuid4())
    for kind, fields in (("ping", {}), ("chat.message", {"content": "Hello"}), ("chat.stop", {})):
        await conversation.socket.send(kind, client_id=client_id, **fields)
        refused = await conversation.socket.receive()
        assert refused["type"] == "chat.error"
        assert refused["code"] == "RATE_LIMIT_EXCEEDED"
        assert refused["client_id"] == client_id
        assert refused["retry_after"] in range(1, 61)
    assert await conversation.messages() == []
    assert await is_quiet(await conversation.enter())


async def test_follows_at_a_time_are_limited(
    conversation: OpenConversation, model_server: ModelServer, settings: Settings
) -> None:
    assert settings.SOCKET_MAX_FOLLOWS == 4
    settings.SOCKET_MAX_FOLLOWS = 1
    ended = await conversation.socket.ask_to_the_end("One")
    model_server.script(gate="")
    running = await conversation.socket.ask("Two")
    assert await is_quiet(conversation.socket)
    refused = await refusal(conversation.socket, "chat.follow", **ended.position)
    assert refused["code"] == "RATE_LIMIT_EXCEEDED"
    assert refused["retry_after"] >= 1
    # A repeated follow replaces the earlier one.
    await conversation.socket.send("chat.follow", message_id=running["reply"]["id"], run=1, seq=0)
    assert await is_quiet(conversation.socket)
    model_server.open(10)
    assert (await conversation.socket.read_to_the_end(running["reply"]["id"])).content == "Echo: Two"
    await conversation.socket.send("chat.follow", **ended.position)
    assert (await conversation.socket.expect("chat.stream", message_id=ended.message_id))["done"] is True
