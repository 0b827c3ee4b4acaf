"""`revision` rises with every change, and is the same on the socket and in GET (PROTOCOL.md section 5)."""

from typing import Any
from uuid import uuid4

from tests.chat.socket.rooms import Room
from tests.fakes.model_server import ModelServer
from tests.live import Person
from tests.socket_client import ChatSocket


async def revision_of(room: Room) -> int:
    return int((await room.conversation())["revision"])


async def quiet_room(person: Person) -> Room:
    """A conversation that gets no automatic title: nothing changes it but the test."""
    return await Room.open(person, title="Mine")


async def updated_to(socket: ChatSocket, revision: int) -> dict[str, Any]:
    return await socket.expect("conversation.updated", revision=revision)


async def test_every_change_raises_it(person: Person, model_server: ModelServer) -> None:
    room = await quiet_room(person)
    witness = await room.enter()
    assert witness.entered is not None
    seen = [witness.entered["revision"]]
    assert seen == [await revision_of(room)]

    async def changed() -> None:
        seen.append(await revision_of(room))
        assert seen[-1] > seen[-2]
        if (witness.frames[-1].get("revision") or 0) < seen[-1]:
            await updated_to(witness, seen[-1])

    model_server.script(tokens=2, finish="length", gate="first")
    accepted = await room.socket.ask("One")
    await witness.expect("chat.accepted")
    await changed()
    model_server.open(2, "first")
    answer = await room.socket.read_to_the_end(accepted["reply"]["id"])
    await changed()
    for kind in ("chat.continue", "chat.regenerate"):
        model_server.script(tokens=2, gate=kind)
        await room.socket.send(kind, message_id=answer.message_id)
        again = await room.socket.expect("chat.accepted")
        await witness.expect("chat.accepted")
        await changed()
        model_server.open(10, kind)
        await room.socket.expect("chat.stream", message_id=again["reply"]["id"], done=True)
        await changed()
    path = f"/conversations/{room.id}"
    for method, tail, body in (
        ("PATCH", "", {"title": "Another"}),
        ("PATCH", "", {"is_pinned": True}),
        ("PUT", "/leaf", {"message_id": answer.message_id}),
    ):
        await person.call(method, path + tail, body, expect=200)
        await changed()
    await person.call("DELETE", f"{path}/messages/{answer.message_id}")
    await changed()
    assert (await room.enter()).entered == {
        "type": "auth.success",
        "conversation_id": str(room.id),
        "revision": seen[-1],
        "leaf_id": (await room.conversation())["leaf_id"],
        "active": None,
    }


async def test_what_changes_nothing_does_not_raise_it(person: Person) -> None:
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


async def test_changes_reach_every_socket_of_the_conversation_alone(person: Person) -> None:
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
