"""The change feed: what changes in all of a user's conversations (docs/protocol.md: P-8.1 to P-8.5)."""

from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser
from tests.chat.socket.change_feeds import connect, listen, next_change, next_change_of, summary_of
from tests.chat.socket.conversations import OpenConversation, is_quiet, refusal
from tests.chat.socket.tokens import bad_tokens, claims_of


async def test_changes_of_a_conversation_are_sent(user: SignedInUser, other_user: SignedInUser) -> None:
    sockets = [await listen(user), await listen(user)]
    stranger = await listen(other_user)
    assert sockets[0].auth_success == {"type": "auth.success", "revision": 0, "active": []}
    path = f"/conversations/{await user.new_conversation()}"
    conversation_id = path.rsplit("/", 1)[1]
    expected = [("conversation.created", await summary_of(user, conversation_id))]
    for fields in ({"title": "Rivers"}, {"is_pinned": True}, {"is_archived": True}, {"model": "fake-model"}):
        await user.call("PATCH", path, fields, expect=200)
        expected.append(("conversation.updated", await summary_of(user, conversation_id)))
    await user.call("DELETE", path, expect=204)
    await user.call("POST", f"{path}/restore", expect=200)
    restored = await summary_of(user, conversation_id)
    gone = restored | {"revision": restored["revision"] - 1}
    expected += [("conversation.deleted", gone), ("conversation.created", restored)]
    for socket in sockets:
        for kind, conversation in expected:
            change = await next_change(socket)
            assert change["type"] == kind
            assert change["conversation"] == conversation
        assert await is_quiet(socket)
    assert await is_quiet(stranger)
    assert (await listen(user)).auth_success == {"type": "auth.success", "revision": len(expected), "active": []}


async def test_the_beginning_the_end_and_the_title_of_an_answer_are_sent(
    user: SignedInUser, model_server: ModelServer
) -> None:
    socket = await listen(user)
    conversation = await OpenConversation.open(user)
    model_server.script(tokens=3, gate="")
    accepted = await conversation.socket.ask("What do rivers carry?")
    assert (await next_change(socket))["type"] == "conversation.created"
    started = await next_change(socket)
    named = {"conversation_id": str(conversation.id), "message_id": accepted["reply"]["id"]}
    assert {name: started[name] for name in ("type", "status", *named)} == {
        "type": "answer.started",
        "status": "pending",
        **named,
    }
    assert started["updated_at"] == (await conversation.details())["updated_at"]
    late = await listen(user)
    assert late.auth_success["revision"] == started["revision"]
    assert late.auth_success["active"] == [named]
    model_server.open(10)
    await conversation.socket.read_to_the_end(accepted["reply"]["id"])
    for each in (socket, late):
        ended = await next_change(each)
        assert ended["type"] == "answer.ended"
        assert ended["status"] == "complete"
        assert ended["message_id"] == named["message_id"]
        titled = await next_change(each)
        assert titled["type"] == "conversation.updated"
        assert titled["conversation"] == await summary_of(user, conversation.id)
        assert titled["conversation"]["title"] == "Title of What do rivers carry?"


@pytest.mark.parametrize(("knobs", "status"), [({"fail": 400}, "error"), ({"cut": 2, "tokens": 5}, "interrupted")])
async def test_every_ending_of_an_answer_is_sent(
    user: SignedInUser, model_server: ModelServer, knobs: dict[str, Any], status: str
) -> None:
    conversation = await OpenConversation.open(user, title="Mine")
    socket = await listen(user)
    model_server.script(**knobs)
    answer = await conversation.socket.ask_to_the_end("Go")
    await next_change_of(socket, "answer.started")
    assert (await next_change(socket))["status"] == status
    model_server.script()
    await conversation.socket.send("chat.regenerate", message_id=answer.message_id)
    again = await next_change(socket)
    assert again["type"] == "answer.started"
    assert again["message_id"] != answer.message_id
    assert (await next_change(socket))["status"] == "complete"


async def test_changes_of_the_branch_are_sent(user: SignedInUser) -> None:
    conversation = await OpenConversation.open(user, title="Mine")
    first = await conversation.socket.ask_to_the_end("One")
    await conversation.socket.ask_to_the_end("Two")
    socket = await listen(user)
    for method, tail, body in (
        ("PUT", "/leaf", {"message_id": first.message_id}),
        ("DELETE", f"/messages/{first.message_id}", None),
    ):
        await user.call(method, f"/conversations/{conversation.id}{tail}", body)
        change = await next_change(socket)
        assert change["type"] == "conversation.updated"
        assert change["conversation"] == await summary_of(user, conversation.id)


async def test_a_request_that_changes_nothing_is_not_announced(user: SignedInUser) -> None:
    conversation = await OpenConversation.open(user, title="Mine")
    client_id = str(uuid4())
    await conversation.socket.send("chat.message", content="Once", client_id=client_id)
    await conversation.socket.read_to_the_end((await conversation.socket.expect("chat.accepted"))["reply"]["id"])
    socket = await listen(user)
    await conversation.socket.send("chat.message", content="Once", client_id=client_id)
    await conversation.socket.send("chat.stop")
    await conversation.socket.send("chat.message", content=" ")
    await conversation.socket.send("ping")
    await conversation.socket.expect("pong")
    await user.call("POST", "/conversations/", {"id": str(conversation.id)}, expect=201)
    await user.call("PATCH", f"/conversations/{conversation.id}", {"model": "no-such-model"}, expect=422)
    await user.call("POST", f"/conversations/{conversation.id}/restore", expect=200)
    assert await is_quiet(socket)


async def test_a_shutdown_during_an_answer_is_counted(
    user: SignedInUser, model_server: ModelServer, chat_server: LiveServer
) -> None:
    conversation = await OpenConversation.open(user, title="Mine")
    before = await listen(user)
    model_server.script(gate="")
    await conversation.socket.ask("Go")
    started = await next_change(before)
    chat_server.restart()
    after = await listen(user)
    assert after.auth_success["revision"] == started["revision"] + 1
    assert after.auth_success["active"] == []


async def test_the_change_feed_refuses_an_invalid_token_with_4001(
    user: SignedInUser, other_user: SignedInUser, settings: Settings
) -> None:
    settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS = None
    for what, token in bad_tokens(user, other_user).items():
        socket = await connect(user)
        await socket.send("auth", token=token)
        assert await socket.expect_close() == 4001, what
        assert [frame["code"] for frame in socket.frames] == ["AUTH_FAILED"], what


async def test_the_change_feed_closes_a_client_that_does_not_sign_in_in_time(
    user: SignedInUser, settings: Settings
) -> None:
    settings.SOCKET_AUTH_TIMEOUT = 2.0
    silent = await user.connect_to(f"{user.server.socket_url}/ws/events")  # The last slash may be missing.
    await silent.send("chat.stop")
    await silent.send("ping")
    assert await silent.expect_close() == 4001
    assert [frame.get("code", frame["type"]) for frame in silent.frames] == ["AUTH_REQUIRED", "pong", "AUTH_TIMEOUT"]


async def test_the_change_feed_does_not_know_the_commands_of_the_chat_socket(user: SignedInUser) -> None:
    socket = await listen(user)
    for kind, fields in (
        ("chat.message", {"content": "Hello"}),
        ("chat.stop", {}),
        ("chat.follow", {"message_id": str(uuid4()), "run": 1, "seq": 0}),
        ("nonsense", {}),
    ):
        assert (await refusal(socket, kind, **fields))["code"] == "UNKNOWN_TYPE"
    await socket.send_text("nonsense")
    assert (await socket.receive())["code"] == "INVALID_JSON"
    assert await is_quiet(socket)


async def test_the_change_feed_counts_as_a_socket_of_its_user(user: SignedInUser, settings: Settings) -> None:
    settings.SOCKETS_PER_USER = 2
    first = await listen(user)
    await user.enter(await user.new_conversation())
    third = await connect(user)
    await third.send("auth", token=user.access)
    assert await third.expect_close() == 4029
    await first.connection.close()
    await listen(user)


async def test_the_end_of_the_session_closes_the_change_feed(user: SignedInUser, other_user: SignedInUser) -> None:
    socket, other = await listen(user), await listen(other_user)
    first = user.access
    await user.sign_in()
    renewed = await listen(user)
    await renewed.send("auth", token=first)
    assert (await renewed.expect("auth.success", renewed=True))["revision"] == 0
    await user.call("DELETE", f"/auth/sessions/{claims_of(first)['sid']}")
    for each in (socket, renewed):
        assert await each.expect_close() == 4001
        assert each.frames[-1]["code"] == "AUTH_FAILED"
    assert await is_quiet(other)
    assert (await refusal(other, "auth", token=user.access))["code"] == "AUTH_FAILED"
    assert await is_quiet(other)


async def test_the_server_pings_at_each_interval(user: SignedInUser, settings: Settings) -> None:
    settings.SOCKET_PING_INTERVAL = 0.5
    socket = await listen(user)
    for _ in range(2):
        await socket.expect("ping")
