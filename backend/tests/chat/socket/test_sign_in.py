"""Signing in on a socket: which tokens are accepted, and how many sockets may be open.

See docs/protocol.md: P-2.4, P-2.6, P-2.11, P-2.12, P-4.5, P-5.1, P-6.1 to P-6.5.
"""

import socket
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from testkit.live import LiveServer, SignedInUser, drop_connections
from testkit.socket_client import ChatSocket, Frame
from tests.chat.socket.conversations import OpenConversation, is_quiet, refusal
from tests.chat.socket.session_ends import deactivate, log_out, remove_account
from tests.chat.socket.tokens import bad_tokens


async def refused_sign_in(user: SignedInUser, conversation_id: UUID | str, **fields: object) -> tuple[list[Frame], int]:
    """Sign in on a socket, which is refused; return its frames and its close code."""
    socket = await user.connect(conversation_id)
    await socket.send("auth", **fields)
    code = await socket.expect_close()
    return socket.frames, code


async def test_only_auth_and_pings_are_accepted_before_signing_in(conversation: OpenConversation) -> None:
    socket = await conversation.user.connect(conversation.id)
    message_id, client_id = str(uuid4()), str(uuid4())
    for kind, fields in (
        ("chat.message", {"content": "Hello"}),
        ("chat.message", {}),
        ("chat.regenerate", {"message_id": message_id}),
        ("chat.edit", {"message_id": message_id, "content": "Hello"}),
        ("chat.continue", {"message_id": message_id}),
        ("chat.stop", {}),
        ("chat.follow", {"message_id": message_id, "run": 1, "seq": 0}),
        ("chat.follow", {"message_id": "nonsense"}),
        ("no.such.type", {}),
    ):
        await socket.send(kind, client_id=client_id, **fields)
        refused = await socket.receive()
        assert refused["type"] == "chat.error"
        assert refused["code"] == "AUTH_REQUIRED"
        assert refused["client_id"] == client_id
    await socket.send("pong")
    assert await is_quiet(socket)
    await socket.sign_in(conversation.user.access)
    assert await conversation.messages() == []


async def test_an_invalid_token_is_refused_and_closes_4001(
    conversation: OpenConversation, other_user: SignedInUser, settings: Settings
) -> None:
    settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS = None
    sentences = set()
    for what, token in bad_tokens(conversation.user, other_user).items():
        client_id = str(uuid4())
        frames, code = await refused_sign_in(conversation.user, conversation.id, token=token, client_id=client_id)
        assert [(frame["type"], frame.get("code")) for frame in frames] == [("chat.error", "AUTH_FAILED")], what
        assert frames[0].get("client_id") == client_id, what
        assert code == 4001, what
        sentences.add(frames[0]["error"])
    assert (await refused_sign_in(conversation.user, conversation.id))[1] == 4001
    assert len(sentences) == 1, "one sentence for every invalid token"


@pytest.mark.parametrize("end", [log_out, deactivate, remove_account])
async def test_a_token_of_an_ended_session_is_refused(
    user: SignedInUser, end: Callable[[SignedInUser], Awaitable[None]]
) -> None:
    conversation_id = await user.new_conversation()
    await end(user)
    frames, code = await refused_sign_in(user, conversation_id, token=user.access)
    assert [frame["code"] for frame in frames] == ["AUTH_FAILED"]
    assert code == 4001


async def test_a_client_that_does_not_sign_in_in_time_is_closed_4001(
    conversation: OpenConversation, settings: Settings
) -> None:
    settings.SOCKET_AUTH_TIMEOUT = 2.0
    socket = await conversation.user.connect(conversation.id)
    await socket.send("chat.stop")
    await socket.send("ping")
    assert await socket.expect_close() == 4001
    assert [frame.get("code", frame["type"]) for frame in socket.frames] == ["AUTH_REQUIRED", "pong", "AUTH_TIMEOUT"]


async def test_signing_in_cancels_the_timeout(conversation: OpenConversation, settings: Settings) -> None:
    settings.SOCKET_AUTH_TIMEOUT = 2.0
    socket = await conversation.enter()
    silent = await conversation.user.connect(conversation.id)
    assert await silent.expect_close() == 4001
    assert await is_quiet(socket)


async def test_a_missing_conversation_is_answered_like_one_of_another_user(
    conversation: OpenConversation, other_user: SignedInUser
) -> None:
    deleted = await other_user.new_conversation()
    await other_user.call("DELETE", f"/conversations/{deleted}", expect=204)
    ids = (uuid4(), deleted, conversation.id)
    outcomes = [await refused_sign_in(other_user, name, token=other_user.access) for name in ids]
    assert outcomes[0] == outcomes[1] == outcomes[2]
    frames, code = outcomes[0]
    assert [(frame["type"], frame["code"]) for frame in frames] == [("chat.error", "NO_CONVERSATION")]
    assert code == 4004


async def test_a_refused_socket_receives_nothing(conversation: OpenConversation, other_user: SignedInUser) -> None:
    """A client that was refused, or has not signed in, receives nothing of the conversation."""
    silent = await other_user.connect(conversation.id)
    await conversation.socket.ask_to_the_end("Hello")
    assert await is_quiet(silent)


async def test_auth_on_a_signed_in_socket_renews_its_session(
    conversation: OpenConversation, other_user: SignedInUser
) -> None:
    socket = conversation.socket
    first = conversation.user.access
    await conversation.user.sign_in()
    await socket.send("auth", token=conversation.user.access)
    renewed = await socket.receive()
    assert renewed["type"] == "auth.success"
    assert renewed["renewed"] is True
    assert "renewed" not in socket.auth_success
    assert await is_quiet(socket)
    for token in (other_user.access, "nonsense", None, conversation.user.refresh):
        assert (await refusal(socket, "auth", token=token))["code"] == "AUTH_FAILED"
        assert await is_quiet(socket)
    await conversation.user.call("POST", "/auth/logout", {}, expect=200)
    assert await socket.expect_close() == 4001, "it was renewed with the session that has ended now"
    conversation.user.access = first
    await conversation.user.call("GET", "/auth/me", expect=200)


async def test_a_renewed_socket_outlives_its_first_session(conversation: OpenConversation) -> None:
    first = conversation.user.access
    await conversation.user.sign_in()
    second = conversation.user.access
    await conversation.socket.send("auth", token=second)
    await conversation.socket.expect("auth.success", renewed=True)
    witness = await conversation.user.connect(conversation.id)
    await witness.sign_in(first)
    conversation.user.access = first
    await conversation.user.call("POST", "/auth/logout", {}, expect=200)
    assert await witness.expect_close() == 4001
    assert await is_quiet(conversation.socket)


async def test_sockets_per_user_are_limited(
    conversation: OpenConversation, other_conversation: OpenConversation, settings: Settings
) -> None:
    settings.SOCKETS_PER_USER = 2
    second = await conversation.enter()
    frames, code = await refused_sign_in(conversation.user, conversation.id, token=conversation.user.access)
    assert [(frame["type"], frame["code"]) for frame in frames] == [("chat.error", "TOO_MANY_SOCKETS")]
    assert code == 4029
    assert await is_quiet(conversation.socket)
    await other_conversation.enter()
    await second.connection.close()
    await conversation.enter()


async def test_sockets_per_client_network_are_limited_before_signing_in(
    conversation: OpenConversation, settings: Settings
) -> None:
    settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS = 2
    first, second = [await conversation.user.connect(conversation.id) for _ in range(2)]
    refused = await conversation.user.connect(conversation.id)
    assert await refused.expect_close() == 4029
    assert [frame["code"] for frame in refused.frames] == ["TOO_MANY_SOCKETS"]
    await first.sign_in(conversation.user.access)
    third = await conversation.user.connect(conversation.id)
    assert await is_quiet(third)
    await second.connection.close()
    assert await is_quiet(await conversation.user.connect(conversation.id))


async def test_sockets_of_one_ipv6_network_are_limited_together_before_signing_in(
    conversation: OpenConversation, settings: Settings
) -> None:
    settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS = 2
    settings.TRUSTED_PROXIES = ["127.0.0.1"]

    async def connect_from(address: str) -> ChatSocket:
        return await conversation.user.connect(conversation.id, additional_headers={"X-Forwarded-For": address})

    waiting = [await connect_from(f"2001:db8:1:2::{host}") for host in ("1", "a:b:c")]
    assert await (await connect_from("2001:db8:1:2:ffff::3")).expect_close() == 4029
    assert await is_quiet(await connect_from("2001:db8:1:3::1"))
    await waiting[0].connection.close()
    assert await is_quiet(await connect_from("2001:db8:1:2::4"))


async def test_the_default_limits_are_those_of_the_protocol(settings: Settings) -> None:
    assert settings.SOCKETS_PER_USER == 20
    assert settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS == 50
    assert settings.SOCKET_AUTH_TIMEOUT == 30


async def test_the_server_pings_at_each_interval(conversation: OpenConversation, settings: Settings) -> None:
    assert settings.SOCKET_PING_INTERVAL == 30
    settings.SOCKET_PING_INTERVAL = 0.5
    for _ in range(2):
        await conversation.socket.expect("ping")
    await conversation.socket.send("pong")
    await conversation.socket.send("ping")
    await conversation.socket.expect("pong")
    assert {frame["type"] for frame in conversation.socket.frames} == {"auth.success", "ping", "pong"}


async def test_each_worker_counts_connections_alone_while_redis_does_not_answer(
    conversation: OpenConversation, chat_server: LiveServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SOCKETS_PER_USER = 1
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        chat_server.restart()
        await conversation.enter()
        assert (await refused_sign_in(conversation.user, conversation.id, token=conversation.user.access))[1] == 4029
        await drop_connections()
        chat_server.stop()
    assert "connection_counts_not_shared" in caplog.text
