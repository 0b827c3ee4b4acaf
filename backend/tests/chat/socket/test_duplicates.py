"""The same `client_id` never creates a second question, answer or model call.

See docs/protocol.md: P-4.3; invariant I-5.
"""

from typing import Any
from uuid import uuid4

import pytest

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer
from testkit.socket_client import ChatSocket, Frame
from tests.chat.socket.conversations import OpenConversation, is_quiet, refusal

KINDS = ("message", "regenerate", "edit", "continue")


async def prepare(conversation: OpenConversation, kind: str, model_server: ModelServer) -> dict[str, Any]:
    """Return the fields of a valid command of this kind, with a `client_id`."""
    fields: dict[str, Any] = {"client_id": str(uuid4())}
    if kind == "message":
        return {**fields, "content": "Hello"}
    model_server.script(tokens=3, finish="length")
    answer = await conversation.socket.ask_to_the_end("One")
    if kind == "edit":
        return {**fields, "message_id": (await conversation.messages())[0]["id"], "content": "Two"}
    return {**fields, "message_id": answer.message_id}


async def repeat(socket: ChatSocket, kind: str, fields: dict[str, Any]) -> Frame:
    await socket.send(f"chat.{kind}", **fields)
    return await socket.expect("chat.accepted", "chat.error", client_id=fields["client_id"])


def same(again: Frame, first: Frame) -> bool:
    return all(again[name] == first[name] for name in ("type", "kind", "client_id", "run")) and all(
        again[name]["id"] == first[name]["id"] for name in ("message", "reply")
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_a_repeated_command_starts_nothing(
    conversation: OpenConversation, model_server: ModelServer, chat_server: LiveServer, kind: str
) -> None:
    fields = await prepare(conversation, kind, model_server)
    model_server.script(tokens=6, gate="")
    calls = len(model_server.questions)
    first = await repeat(conversation.socket, kind, fields)
    answer_id = first["reply"]["id"]
    await model_server.until(lambda: len(model_server.questions) == calls + 1)
    model_server.open(2)
    # While it is being written: here, and on another socket.
    await conversation.socket.expect("chat.stream", message_id=answer_id)
    other = await conversation.enter()
    for socket in (conversation.socket, other):
        assert same(await repeat(socket, kind, fields), first)
    model_server.open(100)
    answer = await conversation.socket.read_to_the_end(answer_id)
    # Once it has ended: here, after a reconnect, after a restart of the server.
    back = await conversation.come_back(conversation.socket, answer_id)
    chat_server.restart()
    for socket in (
        await conversation.enter(),
        back if back.connection.close_code is None else await conversation.enter(),
    ):
        assert same(await repeat(socket, kind, fields), first)
        replayed = await socket.read_to_the_end(answer_id)
        assert replayed.content == answer.content
        assert replayed.run == answer.run
        assert replayed.seq == answer.seq
        assert await is_quiet(socket)
    assert len(model_server.questions) == calls + 1
    assert len(await conversation.messages()) == 2
    assert (await conversation.last_message())["content"] == answer.content


@pytest.mark.parametrize("kind", KINDS)
async def test_another_payload_under_the_same_id_is_refused(
    conversation: OpenConversation, model_server: ModelServer, kind: str
) -> None:
    fields = await prepare(conversation, kind, model_server)
    model_server.script(tokens=3, finish="length")
    first = await repeat(conversation.socket, kind, fields)
    await conversation.socket.expect("chat.stream", message_id=first["reply"]["id"], run=first["run"], done=True)
    question, answer = await conversation.messages()
    others: list[tuple[str, dict[str, Any]]] = [
        ("chat.message", {"content": "Different"}),
        ("chat.message", {"content": "Hello", "model": "fake-model"}),
        ("chat.message", {"content": "Hello", "parent_id": None}),
        ("chat.regenerate", {"message_id": answer["id"], "model": "fake-model"}),
        ("chat.edit", {"message_id": question["id"], "content": "Different"}),
        ("chat.continue", {"message_id": answer["id"], "model": "fake-model"}),
    ]
    calls = len(model_server.questions)
    for other, changed in others:
        refused = await refusal(conversation.socket, other, **changed, client_id=fields["client_id"])
        assert refused["code"] == "INVALID_MESSAGE", other
        assert "client_id" in refused["error"], other
    assert await conversation.messages() == [question, answer]
    assert len(model_server.questions) == calls


async def test_a_refused_command_may_be_sent_again_under_its_id(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    client_id = str(uuid4())
    model_server.script(gate="")
    running = await conversation.socket.ask("First")
    refused = await refusal(conversation.socket, "chat.message", content="Second", client_id=client_id)
    assert refused["code"] == "ALREADY_PROCESSING"
    model_server.open(1000)
    await conversation.socket.read_to_the_end(running["reply"]["id"])
    await conversation.socket.send("chat.message", content="Second", client_id=client_id)
    accepted = await conversation.socket.expect("chat.accepted", client_id=client_id)
    assert (await conversation.socket.read_to_the_end(accepted["reply"]["id"])).content == "Echo: Second"


async def test_a_repeat_is_recognized_before_the_busy_check(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    """The check for duplicates precedes "busy": a command may be repeated while another answer is written."""
    client_id = str(uuid4())
    first = await repeat(conversation.socket, "message", {"client_id": client_id, "content": "First"})
    await conversation.socket.read_to_the_end(first["reply"]["id"])
    model_server.script(gate="")
    running = await conversation.socket.ask("Second")
    again = await repeat(conversation.socket, "message", {"client_id": client_id, "content": "First"})
    assert same(again, first)
    model_server.open(100)
    assert (await conversation.socket.read_to_the_end(running["reply"]["id"])).content == "Echo: Second"


async def test_a_client_id_belongs_to_its_conversation(
    conversation: OpenConversation, other_conversation: OpenConversation, model_server: ModelServer
) -> None:
    client_id = str(uuid4())
    conversations = (conversation, await OpenConversation.open(conversation.user), other_conversation)
    replies = set()
    for each in conversations:
        accepted = await repeat(each.socket, "message", {"client_id": client_id, "content": "Hello"})
        assert accepted["type"] == "chat.accepted"
        await each.socket.read_to_the_end(accepted["reply"]["id"])
        replies.add(accepted["reply"]["id"])
    assert len(replies) == 3


async def test_the_same_command_on_many_sockets_starts_one_answer(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    fields = {"client_id": str(uuid4()), "content": "Once"}
    sockets = [await conversation.enter() for _ in range(6)]
    for socket in sockets:
        await socket.send("chat.message", **fields)
    frames = [await socket.expect("chat.accepted", "chat.error") for socket in sockets]
    assert {frame["type"] for frame in frames} == {"chat.accepted"}
    assert len({frame["reply"]["id"] for frame in frames}) == 1
    for socket in sockets:
        assert (await socket.read_to_the_end(frames[0]["reply"]["id"])).content == "Echo: Once"
    assert len(model_server.questions) == 1
    assert len(await conversation.messages()) == 2
