"""`revision` grows with every change, and is the same on the socket and in GET (docs/protocol.md: P-5.8, P-5.13)."""

from dataclasses import dataclass
from uuid import uuid4

import pytest

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from testkit.socket_client import ChatSocket
from tests.chat.socket.conversations import OpenConversation


async def revision_of(conversation: OpenConversation) -> int:
    return int((await conversation.details())["revision"])


@pytest.fixture
async def conversation(user: SignedInUser) -> OpenConversation:
    """A conversation without an automatic title: only the test changes it."""
    return await OpenConversation.open(user, title="Mine")


@dataclass
class RevisionWatch:
    """A second socket, which must receive every change."""

    conversation: OpenConversation
    socket: ChatSocket
    revision: int

    @classmethod
    async def begin(cls, conversation: OpenConversation) -> "RevisionWatch":
        socket = await conversation.enter()
        assert socket.auth_success["revision"] == await revision_of(conversation)
        return cls(conversation, socket, socket.auth_success["revision"])

    async def expect_change(self) -> None:
        before, self.revision = self.revision, await revision_of(self.conversation)
        assert self.revision > before
        if (self.socket.frames[-1].get("revision") or 0) < self.revision:
            await self.socket.expect("conversation.updated", revision=self.revision)


async def test_every_run_raises_the_revision_twice(conversation: OpenConversation, model_server: ModelServer) -> None:
    watch = await RevisionWatch.begin(conversation)
    model_server.script(tokens=2, finish="length", gate="first")
    accepted = await conversation.socket.ask("One")
    await watch.socket.expect("chat.accepted")
    await watch.expect_change()
    model_server.open(2, "first")
    answer = await conversation.socket.read_to_the_end(accepted["reply"]["id"])
    await watch.expect_change()
    for kind in ("chat.continue", "chat.regenerate"):
        model_server.script(tokens=2, gate=kind)
        await conversation.socket.send(kind, message_id=answer.message_id)
        again = await conversation.socket.expect("chat.accepted")
        await watch.socket.expect("chat.accepted")
        await watch.expect_change()
        model_server.open(10, kind)
        await conversation.socket.expect("chat.stream", message_id=again["reply"]["id"], done=True)
        await watch.expect_change()


async def test_every_change_over_rest_raises_the_revision(conversation: OpenConversation) -> None:
    answer = await conversation.socket.ask_to_the_end("One")
    await conversation.socket.ask_to_the_end("Two")
    watch = await RevisionWatch.begin(conversation)
    path = f"/conversations/{conversation.id}"
    for method, tail, body in (
        ("PATCH", "", {"title": "Another"}),
        ("PATCH", "", {"is_pinned": True}),
        ("PUT", "/leaf", {"message_id": answer.message_id}),
        ("DELETE", f"/messages/{answer.message_id}", None),
    ):
        await conversation.user.call(method, path + tail, body)
        await watch.expect_change()
    assert (await conversation.enter()).auth_success == {
        "type": "auth.success",
        "conversation_id": str(conversation.id),
        "revision": watch.revision,
        "leaf_id": (await conversation.details())["leaf_id"],
        "active": None,
    }


async def test_a_request_that_changes_nothing_keeps_the_revision(conversation: OpenConversation) -> None:
    client_id = str(uuid4())
    accepted = await conversation.socket.start("chat.message", content="Once", client_id=client_id)
    answer = await conversation.socket.read_to_the_end(accepted["reply"]["id"])
    before = await revision_of(conversation)
    await conversation.socket.send("chat.message", content="Once", client_id=client_id)
    await conversation.socket.send("chat.stop")
    await conversation.socket.send("chat.follow", **answer.position)
    await conversation.socket.send("chat.message", content=" ")
    await conversation.socket.send("ping")
    await conversation.socket.expect("pong")
    assert await revision_of(conversation) == before
    back = await conversation.enter()
    assert back.auth_success["revision"] == before


async def test_changes_reach_the_sockets_of_their_conversation_only(conversation: OpenConversation) -> None:
    elsewhere = await OpenConversation.open(conversation.user, title="Mine")
    sockets = [conversation.socket, await conversation.enter()]
    changes = {"title": "<b>New</b>", "is_pinned": True, "is_archived": True, "model": "fake-model"}
    await conversation.user.call("PATCH", f"/conversations/{conversation.id}", changes, expect=200)
    for socket in sockets:
        updated = await socket.expect("conversation.updated")
        assert {name: updated[name] for name in changes} == changes
        assert updated["revision"] == await revision_of(conversation)
    await elsewhere.socket.send("ping")
    assert (await elsewhere.socket.receive())["type"] == "pong"
