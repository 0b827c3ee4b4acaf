"""Deleting a conversation that is open or being answered (docs/protocol.md: P-5.9)."""

from uuid import UUID

from apps.chat.models import Conversation, Message, Run
from apps.core.database import run_in_database
from testkit.fakes.model_server import ModelServer
from testkit.live import pause
from tests.chat.socket.conversations import OpenConversation, begin_answer, is_quiet


async def test_deletion_reaches_and_closes_every_socket(
    conversation: OpenConversation, other_conversation: OpenConversation, model_server: ModelServer
) -> None:
    await begin_answer(conversation, model_server, seen=2, of=9)
    elsewhere = await OpenConversation.open(conversation.user)
    sockets = [conversation.socket, await conversation.enter()]
    await conversation.user.call("DELETE", f"/conversations/{conversation.id}", expect=204)
    for socket in sockets:
        assert await socket.expect_close() == 4004
        assert socket.frames[-1]["type"] == "conversation.deleted"
    await model_server.until(lambda: model_server.questions[0].outcome == "closed")
    for quiet in (elsewhere, other_conversation):
        assert await is_quiet(quiet.socket)
    assert await conversation.user.call("GET", f"/conversations/{conversation.id}/messages", expect=404)


async def test_only_a_restore_brings_a_deleted_conversation_back(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    answer_id = (await begin_answer(conversation, model_server, seen=2, of=9)).message_id
    await conversation.user.call("DELETE", f"/conversations/{conversation.id}", expect=204)
    assert await conversation.socket.expect_close() == 4004
    ended = Run.objects.filter(answer_id=UUID(answer_id), status="stopped")
    while not await run_in_database(ended.exists):
        await pause()
        assert (await conversation.user.call("GET", "/conversations/"))["total"] == 0
    assert (await conversation.user.call("GET", "/conversations/"))["total"] == 0
    await conversation.user.call("GET", f"/conversations/{conversation.id}", expect=404)
    restored = await conversation.user.call("POST", f"/conversations/{conversation.id}/restore", expect=200)
    assert restored["leaf_id"] == answer_id
    socket = await conversation.enter()
    assert socket.auth_success["active"] is None
    assert [(m["content"], m["status"]) for m in await conversation.messages()] == [
        ("Go", "complete"),
        ("w1 w2 ", "stopped"),
    ]
    model_server.script()
    assert (await socket.ask_to_the_end("Again")).content == "Echo: Again"


async def test_a_deleted_row_ends_its_answer(conversation: OpenConversation, model_server: ModelServer) -> None:
    """An administrator may delete rows directly: without a notification, and for good."""
    model_server.script(tokens=9, gate="")
    await conversation.socket.ask("Go")
    await model_server.until(lambda: len(model_server.questions) == 1)
    await run_in_database(Conversation.objects.filter(public_id=conversation.id).delete)
    assert await conversation.socket.expect_close() == 4004
    assert conversation.socket.frames[-1]["type"] == "conversation.deleted"
    await model_server.until(lambda: model_server.questions[0].outcome == "closed")
    socket = await conversation.user.connect(conversation.id)
    await socket.send("auth", token=conversation.user.access)
    assert await socket.expect_close() == 4004
    assert await run_in_database(Message.objects.count) == 0
