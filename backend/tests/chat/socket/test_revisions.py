"""`revision` grows with every change, and is the same on the socket and in GET (docs/protocol.md: P-5.8, P-5.13)."""

from dataclasses import dataclass
from uuid import uuid4

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from testkit.socket_client import ChatSocket
from tests.chat.socket.conversations import OpenConversation


async def revision_of(room: OpenConversation) -> int:
    return int((await room.conversation())["revision"])


async def quiet_room(person: SignedInUser) -> OpenConversation:
    """A conversation without an automatic title: only the test changes it."""
    return await OpenConversation.open(person, title="Mine")


@dataclass
class Watch:
    """A second socket, which must receive every change."""

    room: OpenConversation
    socket: ChatSocket
    revision: int

    @classmethod
    async def begin(cls, room: OpenConversation) -> "Watch":
        socket = await room.enter()
        assert socket.entered is not None
        assert socket.entered["revision"] == await revision_of(room)
        return cls(room, socket, socket.entered["revision"])

    async def changed(self) -> None:
        before, self.revision = self.revision, await revision_of(self.room)
        assert self.revision > before
        if (self.socket.frames[-1].get("revision") or 0) < self.revision:
            await self.socket.expect("conversation.updated", revision=self.revision)


async def test_every_run_raises_the_revision_twice(person: SignedInUser, model_server: ModelServer) -> None:
    room = await quiet_room(person)
    watch = await Watch.begin(room)
    model_server.script(tokens=2, finish="length", gate="first")
    accepted = await room.socket.ask("One")
    await watch.socket.expect("chat.accepted")
    await watch.changed()
    model_server.open(2, "first")
    answer = await room.socket.read_to_the_end(accepted["reply"]["id"])
    await watch.changed()
    for kind in ("chat.continue", "chat.regenerate"):
        model_server.script(tokens=2, gate=kind)
        await room.socket.send(kind, message_id=answer.message_id)
        again = await room.socket.expect("chat.accepted")
        await watch.socket.expect("chat.accepted")
        await watch.changed()
        model_server.open(10, kind)
        await room.socket.expect("chat.stream", message_id=again["reply"]["id"], done=True)
        await watch.changed()


async def test_every_change_over_rest_raises_the_revision(person: SignedInUser) -> None:
    room = await quiet_room(person)
    answer = await room.socket.ask_to_the_end("One")
    await room.socket.ask_to_the_end("Two")
    watch = await Watch.begin(room)
    path = f"/conversations/{room.id}"
    for method, tail, body in (
        ("PATCH", "", {"title": "Another"}),
        ("PATCH", "", {"is_pinned": True}),
        ("PUT", "/leaf", {"message_id": answer.message_id}),
        ("DELETE", f"/messages/{answer.message_id}", None),
    ):
        await person.call(method, path + tail, body)
        await watch.changed()
    assert (await room.enter()).entered == {
        "type": "auth.success",
        "conversation_id": str(room.id),
        "revision": watch.revision,
        "leaf_id": (await room.conversation())["leaf_id"],
        "active": None,
    }


async def test_a_request_that_changes_nothing_keeps_the_revision(person: SignedInUser) -> None:
    room = await quiet_room(person)
    client_id = str(uuid4())
    await room.socket.send("chat.message", content="Once", client_id=client_id)
    accepted = await room.socket.expect("chat.accepted")
    answer = await room.socket.read_to_the_end(accepted["reply"]["id"])
    before = await revision_of(room)
    await room.socket.send("chat.message", content="Once", client_id=client_id)
    await room.socket.send("chat.stop")
    await room.socket.send("chat.follow", **answer.position)
    await room.socket.send("chat.message", content=" ")
    await room.socket.send("ping")
    await room.socket.expect("pong")
    assert await revision_of(room) == before
    back = await room.enter()
    assert back.entered is not None
    assert back.entered["revision"] == before


async def test_changes_reach_the_sockets_of_their_conversation_only(person: SignedInUser) -> None:
    room, elsewhere = await quiet_room(person), await quiet_room(person)
    sockets = [room.socket, await room.enter()]
    changes = {"title": "<b>New</b>", "is_pinned": True, "is_archived": True, "model": "fake-model"}
    await person.call("PATCH", f"/conversations/{room.id}", changes, expect=200)
    for socket in sockets:
        updated = await socket.expect("conversation.updated")
        assert {name: updated[name] for name in changes} == changes
        assert updated["revision"] == await revision_of(room)
    await elsewhere.socket.send("ping")
    assert (await elsewhere.socket.receive())["type"] == "pong"
