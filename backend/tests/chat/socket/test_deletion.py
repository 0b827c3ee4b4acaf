"""Deleting a conversation that is open or being answered (docs/protocol.md: P-5.9)."""

from uuid import uuid4

from apps.chat.models import Conversation, Message, Run
from apps.core.database import run_in_database
from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser, pause
from tests.chat.socket.conversations import OpenConversation, is_quiet


async def test_deletion_reaches_and_closes_every_socket(
    room: OpenConversation, other_room: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=9, gate="")
    answer_id = (await room.socket.ask("Go"))["reply"]["id"]
    model_server.open(2)
    await room.socket.read_until_length(answer_id, len("w1 w2 "))
    elsewhere = await OpenConversation.open(room.person)
    sockets = [room.socket, await room.enter()]
    await room.person.call("DELETE", f"/conversations/{room.id}", expect=204)
    for socket in sockets:
        assert await socket.expect_close() == 4004
        assert socket.frames[-1]["type"] == "conversation.deleted"
    await model_server.until(lambda: model_server.questions[0].outcome == "closed")
    for quiet in (elsewhere, other_room):
        assert await is_quiet(quiet.socket)
    assert await room.person.call("GET", f"/conversations/{room.id}/messages", expect=404)


async def test_restore_brings_a_conversation_back_and_a_late_save_does_not(
    room: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=9, gate="")
    answer_id = (await room.socket.ask("Go"))["reply"]["id"]
    model_server.open(2)
    await room.socket.read_until_length(answer_id, len("w1 w2 "))
    await room.person.call("DELETE", f"/conversations/{room.id}", expect=204)
    assert await room.socket.expect_close() == 4004
    ended = Run.objects.filter(answer_id=answer_id, status="stopped")
    while not await run_in_database(ended.exists):
        await pause()
        assert (await room.person.call("GET", "/conversations/"))["total"] == 0
    assert (await room.person.call("GET", "/conversations/"))["total"] == 0
    await room.person.call("GET", f"/conversations/{room.id}", expect=404)
    await room.person.call("POST", f"/conversations/{room.id}/restore", expect=200)
    socket = await room.enter()
    assert socket.entered is not None
    assert socket.entered["active"] is None
    assert [(m["content"], m["status"]) for m in await room.messages()] == [("Go", "complete"), ("w1 w2 ", "stopped")]
    model_server.script()
    assert (await socket.ask_to_the_end("Again")).content == "Echo: Again"


async def test_a_deleted_row_ends_its_answer(room: OpenConversation, model_server: ModelServer) -> None:
    """An administrator may delete rows directly: without a notification, and for good."""
    model_server.script(tokens=9, gate="")
    await room.socket.ask("Go")
    await model_server.until(lambda: len(model_server.questions) == 1)
    await run_in_database(Conversation.objects.filter(public_id=room.id).delete)
    assert await room.socket.expect_close() == 4004
    assert room.socket.frames[-1]["type"] == "conversation.deleted"
    await model_server.until(lambda: model_server.questions[0].outcome == "closed")
    socket = await room.person.connect(room.id)
    await socket.send("auth", token=room.person.access)
    assert await socket.expect_close() == 4004
    assert await run_in_database(Message.objects.count) == 0


async def test_an_id_that_two_users_chose_names_two_conversations(
    person: SignedInUser, other_person: SignedInUser
) -> None:
    chosen = str(uuid4())
    rooms = [await OpenConversation.open(each, id=chosen) for each in (person, other_person)]
    for number, room in enumerate(rooms):
        assert str(room.id) == chosen
        assert room.socket.entered is not None
        assert room.socket.entered["conversation_id"] == chosen
        await room.socket.ask_to_the_end(f"Question {number}")
    for number, room in enumerate(rooms):
        assert [m["content"] for m in await room.messages()] == [f"Question {number}", f"Echo: Question {number}"]
    await person.call("DELETE", f"/conversations/{chosen}", expect=204)
    assert await rooms[0].socket.expect_close() == 4004
    assert (await rooms[1].socket.ask_to_the_end("Mine")).content == "Echo: Mine"
