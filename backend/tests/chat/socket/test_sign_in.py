"""Signing in on a socket: which tokens are accepted, and how many sockets may be open.

See docs/protocol.md: P-2.4, P-2.6, P-2.11, P-2.12, P-4.5, P-5.1, P-6.1 to P-6.5.
"""

import socket
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from apps.core.database import run_in_database
from apps.users.models import User
from testkit.live import LiveServer, SignedInUser, drop_connections
from testkit.socket_client import ChatSocket, Frame
from tests.chat.socket.conversations import OpenConversation, is_quiet, refusal
from tests.chat.socket.tokens import bad_tokens, claims_of


async def knock(person: SignedInUser, conversation_id: UUID | str, **fields: object) -> tuple[list[Frame], int]:
    """Sign in, expecting to be refused; return the frames and the close code."""
    socket = await person.connect(conversation_id)
    await socket.send("auth", **fields)
    code = await socket.expect_close()
    return socket.frames, code


async def test_only_auth_and_pings_are_accepted_before_signing_in(room: OpenConversation) -> None:
    socket = await room.person.connect(room.id)
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
    await socket.sign_in(room.person.access)
    assert await room.messages() == []


async def test_an_invalid_token_is_refused_and_closes_4001(
    room: OpenConversation, other_person: SignedInUser, settings: Settings
) -> None:
    settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS = None
    sentences = set()
    for what, token in bad_tokens(room.person, other_person).items():
        frames, code = await knock(room.person, room.id, token=token)
        assert [(frame["type"], frame.get("code")) for frame in frames] == [("chat.error", "AUTH_FAILED")], what
        assert code == 4001, what
        sentences.add(frames[0]["error"])
    assert (await knock(room.person, room.id))[1] == 4001
    assert len(sentences) == 1, "the sentence tells what is wrong with a token"


async def log_out(person: SignedInUser) -> None:
    await person.call("POST", "/auth/logout", {}, expect=200)


async def deactivate(person: SignedInUser) -> None:
    user_id = claims_of(person.access)["user_id"]
    assert await run_in_database(User.objects.filter(id=user_id).update, is_active=False) == 1


async def delete_account(person: SignedInUser) -> None:
    await run_in_database(User.objects.filter(id=claims_of(person.access)["user_id"]).delete)


@pytest.mark.parametrize("end", [log_out, deactivate, delete_account])
async def test_a_token_of_an_ended_session_is_refused(
    person: SignedInUser, end: Callable[[SignedInUser], Awaitable[None]]
) -> None:
    conversation_id = await person.new_conversation()
    await end(person)
    frames, code = await knock(person, conversation_id, token=person.access)
    assert [frame["code"] for frame in frames] == ["AUTH_FAILED"]
    assert code == 4001


async def test_a_client_that_does_not_sign_in_in_time_is_closed_4001(
    room: OpenConversation, settings: Settings
) -> None:
    settings.SOCKET_AUTH_TIMEOUT = 0.3
    socket = await room.person.connect(room.id)
    await socket.send("chat.stop")
    await socket.send("ping")
    assert await socket.expect_close() == 4001
    assert [frame.get("code", frame["type"]) for frame in socket.frames] == ["AUTH_REQUIRED", "pong", "AUTH_TIMEOUT"]


async def test_signing_in_cancels_the_timeout(room: OpenConversation, settings: Settings) -> None:
    settings.SOCKET_AUTH_TIMEOUT = 0.3
    socket = await room.enter()
    silent = await room.person.connect(room.id)
    assert await silent.expect_close() == 4001
    assert await is_quiet(socket)


async def test_a_missing_conversation_is_answered_like_another_users(
    room: OpenConversation, other_person: SignedInUser
) -> None:
    deleted = await other_person.new_conversation()
    await other_person.call("DELETE", f"/conversations/{deleted}", expect=204)
    answers = [await knock(other_person, name, token=other_person.access) for name in (uuid4(), deleted, room.id)]
    assert answers[0] == answers[1] == answers[2]
    frames, code = answers[0]
    assert [(frame["type"], frame["code"]) for frame in frames] == [("chat.error", "NO_CONVERSATION")]
    assert code == 4004


async def test_a_refused_socket_receives_nothing(room: OpenConversation, other_person: SignedInUser) -> None:
    """A client that was refused, or has not signed in, receives nothing of the conversation."""
    silent = await other_person.connect(room.id)
    await room.socket.ask_to_the_end("Hello")
    assert await is_quiet(silent)


async def test_auth_on_a_signed_in_socket_renews_its_session(
    room: OpenConversation, other_person: SignedInUser
) -> None:
    socket = room.socket
    first = room.person.access
    await room.person.sign_in()
    await socket.send("auth", token=room.person.access)
    renewed = await socket.receive()
    assert renewed["type"] == "auth.success"
    assert renewed["renewed"] is True
    assert socket.entered is not None
    assert "renewed" not in socket.entered
    assert await is_quiet(socket)
    for token in (other_person.access, "nonsense", None, room.person.refresh):
        assert (await refusal(socket, "auth", token=token))["code"] == "AUTH_FAILED"
        assert await is_quiet(socket)
    await room.person.call("POST", "/auth/logout", {}, expect=200)
    assert await socket.expect_close() == 4001, "it was renewed with the session that has ended now"
    room.person.access = first
    await room.person.call("GET", "/auth/me", expect=200)


async def test_a_renewed_socket_outlives_its_first_session(room: OpenConversation) -> None:
    first = room.person.access
    await room.person.sign_in()
    second = room.person.access
    await room.socket.send("auth", token=second)
    await room.socket.expect("auth.success", renewed=True)
    witness = await room.person.connect(room.id)
    await witness.sign_in(first)
    room.person.access = first
    await room.person.call("POST", "/auth/logout", {}, expect=200)
    assert await witness.expect_close() == 4001
    assert await is_quiet(room.socket)


async def test_sockets_per_user_are_limited(
    room: OpenConversation, other_room: OpenConversation, settings: Settings
) -> None:
    settings.SOCKETS_PER_USER = 2
    second = await room.enter()
    frames, code = await knock(room.person, room.id, token=room.person.access)
    assert [(frame["type"], frame["code"]) for frame in frames] == [("chat.error", "TOO_MANY_SOCKETS")]
    assert code == 4029
    assert await is_quiet(room.socket)
    await other_room.enter()
    await second.connection.close()
    await room.enter()


async def test_sockets_per_client_network_are_limited_before_signing_in(
    room: OpenConversation, settings: Settings
) -> None:
    settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS = 2
    first, second = [await room.person.connect(room.id) for _ in range(2)]
    refused = await room.person.connect(room.id)
    assert await refused.expect_close() == 4029
    assert [frame["code"] for frame in refused.frames] == ["TOO_MANY_SOCKETS"]
    await first.sign_in(room.person.access)
    third = await room.person.connect(room.id)
    assert await is_quiet(third)
    await second.connection.close()
    assert await is_quiet(await room.person.connect(room.id))


async def test_sockets_of_one_ipv6_network_are_limited_together_before_signing_in(
    room: OpenConversation, settings: Settings
) -> None:
    settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS = 2
    settings.TRUSTED_PROXIES = ["127.0.0.1"]

    async def connect_from(address: str) -> ChatSocket:
        return await room.person.connect(room.id, additional_headers={"X-Forwarded-For": address})

    waiting = [await connect_from(f"2001:db8:1:2::{host}") for host in ("1", "a:b:c")]
    assert await (await connect_from("2001:db8:1:2:ffff::3")).expect_close() == 4029
    assert await is_quiet(await connect_from("2001:db8:1:3::1"))
    await waiting[0].connection.close()
    assert await is_quiet(await connect_from("2001:db8:1:2::4"))


async def test_the_default_limits_are_those_of_the_protocol(settings: Settings) -> None:
    assert settings.SOCKETS_PER_USER == 20
    assert settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS == 50
    assert settings.SOCKET_AUTH_TIMEOUT == 30


async def test_the_server_pings(room: OpenConversation, settings: Settings) -> None:
    assert settings.SOCKET_PING_INTERVAL == 30
    settings.SOCKET_PING_INTERVAL = 0.5
    for _ in range(2):
        await room.socket.expect("ping")
    await room.socket.send("pong")
    await room.socket.send("ping")
    await room.socket.expect("pong")
    assert {frame["type"] for frame in room.socket.frames} == {"auth.success", "ping", "pong"}


async def test_each_worker_counts_connections_alone_while_redis_does_not_answer(
    room: OpenConversation, chat_server: LiveServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SOCKETS_PER_USER = 1
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        chat_server.stop()
        chat_server.start()
        await room.enter()
        assert (await knock(room.person, room.id, token=room.person.access))[1] == 4029
        await drop_connections()
        chat_server.stop()
    assert "connection_counts_not_shared" in caplog.text
