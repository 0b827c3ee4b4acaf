"""Commands that start an answer: what they store, send and refuse.

See docs/protocol.md: P-4.2, P-4.4, P-4.6 to P-4.9, P-5.2, P-5.11, P-6.8, P-6.10, P-6.11, P-7.4; invariant I-4.
"""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser
from testkit.socket_client import Frame
from tests.chat.socket.conversations import OpenConversation, is_quiet, read_whole, refusal

MESSAGE_FIELDS = {
    "id", "role", "content", "prompt_tokens", "completion_tokens", "model_used", "created_at", "status",
    "finish_reason", "error_code", "reasoning", "run", "seq", "parent_id", "sibling_ids", "context_dropped",
    "attachments", "images_dropped",
}  # fmt: skip


async def test_accepted_reaches_every_socket_before_the_first_delta(
    conversation: OpenConversation, other_conversation: OpenConversation
) -> None:
    sockets = [conversation.socket, await conversation.enter(), await conversation.enter()]
    accepted = await conversation.socket.ask("Hello")
    for socket in sockets:
        await read_whole(socket, accepted["reply"]["id"], "Echo: Hello")
        frames = [f for f in socket.frames if f["type"] not in {"auth.success", "ping", "conversation.updated"}]
        assert frames[0] | {"revision": 0} == accepted | {"revision": 0}
        assert {frame["type"] for frame in frames[1:]} == {"chat.stream"}
        assert frames[1]["from"] == 0
        assert [frame["done"] for frame in frames[1:]] == [False] * (len(frames) - 2) + [True]
    assert await is_quiet(other_conversation.socket)


async def test_accepted_shows_the_messages_as_get_does(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(gate="")
    accepted = await conversation.socket.ask("Hello")
    assert accepted.keys() >= {"kind", "client_id", "message", "reply", "run"}
    assert accepted["kind"] == "message"
    assert accepted["run"] == 1
    assert accepted["message"].keys() == accepted["reply"].keys() == MESSAGE_FIELDS
    stored = await conversation.messages()
    assert stored == [accepted["message"], accepted["reply"]]
    reply = accepted["reply"]
    assert reply["role"] == "assistant"
    assert reply["status"] == "pending"
    assert reply["content"] == ""
    assert reply["run"] == 1
    assert reply["seq"] == 0
    assert reply["parent_id"] == accepted["message"]["id"]
    model_server.open(100)
    await conversation.socket.read_to_the_end(reply["id"])


async def test_the_model_is_sent_the_branch(user: SignedInUser, model_server: ModelServer) -> None:
    conversation = await OpenConversation.open(user, system_prompt="Be brief.", temperature=0.3)
    first = await conversation.socket.ask_to_the_end("One")
    await conversation.socket.ask_to_the_end("Two")
    await conversation.socket.ask_to_the_end("Other", parent_id=first.message_id)
    body = model_server.questions[-1].body
    assert [(m["role"], m["content"]) for m in body["messages"]] == [
        ("system", "Be brief."), ("user", "One"), ("assistant", "Echo: One"), ("user", "Other"),
    ]  # fmt: skip
    assert body["model"] == "fake-model"
    assert body["temperature"] == 0.3
    assert body["stream"] is True


async def test_a_question_follows_the_current_leaf(conversation: OpenConversation) -> None:
    await conversation.socket.ask_to_the_end("One")
    second = await conversation.socket.ask_to_the_end("Two")
    accepted = await conversation.socket.ask("Three")
    assert accepted["message"]["parent_id"] == second.message_id
    await conversation.socket.read_to_the_end(accepted["reply"]["id"])


async def test_a_question_with_a_parent_begins_a_branch(conversation: OpenConversation) -> None:
    first = await conversation.socket.ask_to_the_end("One")
    for text in ("Two", "Three"):
        await conversation.socket.ask_to_the_end(text)
    branch = await conversation.socket.ask("Four", parent_id=first.message_id)
    assert branch["message"]["parent_id"] == first.message_id
    assert len(branch["message"]["sibling_ids"]) == 2
    await conversation.socket.read_to_the_end(branch["reply"]["id"])
    assert [m["content"] for m in await conversation.messages()] == ["One", "Echo: One", "Four", "Echo: Four"]


async def test_a_question_without_a_parent_begins_a_tree(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    for text in ("One", "Two"):
        await conversation.socket.ask_to_the_end(text)
    root = await conversation.socket.ask("Five", parent_id=None)
    assert root["message"]["parent_id"] is None
    assert len(root["message"]["sibling_ids"]) == 2
    await conversation.socket.read_to_the_end(root["reply"]["id"])
    assert [m["content"] for m in await conversation.messages()] == ["Five", "Echo: Five"]
    assert [m["content"] for m in model_server.questions[-1].messages[1:]] == ["Five"]


async def test_a_question_as_parent_of_a_question_is_refused(conversation: OpenConversation) -> None:
    await conversation.socket.ask_to_the_end("One")
    question, _ = await conversation.messages()
    refused = await refusal(conversation.socket, "chat.message", content="x", parent_id=question["id"])
    assert refused["code"] == "INVALID_MESSAGE"
    assert "'parent_id'" in refused["error"]


async def test_regenerate_adds_a_sibling_of_the_answer(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    answer = await conversation.socket.ask_to_the_end("One")
    question, _ = await conversation.messages()
    again = await conversation.socket.start("chat.regenerate", message_id=answer.message_id)
    assert again["kind"] == "regenerate"
    assert again["run"] == 1
    assert again["message"]["id"] == question["id"]
    assert again["reply"]["sibling_ids"] == [answer.message_id, again["reply"]["id"]]
    await conversation.socket.read_to_the_end(again["reply"]["id"])
    assert [m["content"] for m in model_server.questions[-1].messages[1:]] == ["One"]
    assert (await conversation.details())["leaf_id"] == again["reply"]["id"]


async def test_edit_adds_a_sibling_of_the_question(conversation: OpenConversation, model_server: ModelServer) -> None:
    await conversation.socket.ask_to_the_end("One")
    question, _ = await conversation.messages()
    edited = await conversation.socket.start("chat.edit", message_id=question["id"], content="Two")
    assert edited["kind"] == "edit"
    assert edited["message"]["content"] == "Two"
    assert edited["message"]["parent_id"] is None
    assert edited["message"]["sibling_ids"] == [question["id"], edited["message"]["id"]]
    await conversation.socket.read_to_the_end(edited["reply"]["id"])
    assert [m["content"] for m in model_server.questions[-1].messages[1:]] == ["Two"]
    assert (await conversation.details())["leaf_id"] == edited["reply"]["id"]


async def test_a_question_below_a_continued_answer_has_siblings(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    """Continuing an answer makes it the leaf again, although a question follows it."""
    model_server.script(tokens=2, finish="length")
    answer = await conversation.socket.ask_to_the_end("One")
    second = await conversation.socket.ask("Two")
    assert second["message"]["sibling_ids"] == [second["message"]["id"]]
    await conversation.socket.read_to_the_end(second["reply"]["id"])
    await conversation.socket.send("chat.continue", message_id=answer.message_id)
    await conversation.socket.expect("chat.accepted", run=2)
    await conversation.socket.expect("chat.stream", run=2, done=True)
    third = await conversation.socket.ask("Three")
    assert third["message"]["parent_id"] == answer.message_id
    assert third["message"]["sibling_ids"] == [second["message"]["id"], third["message"]["id"]]


async def test_each_command_refuses_the_wrong_role_of_message(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=2)
    answer = await conversation.socket.ask_to_the_end("One")
    question = (await conversation.messages())[0]
    for kind, fields in (
        ("chat.regenerate", {"message_id": question["id"]}),
        ("chat.continue", {"message_id": question["id"]}),
        ("chat.edit", {"message_id": answer.message_id, "content": "x"}),
        ("chat.continue", {"message_id": answer.message_id}),
    ):
        assert (await refusal(conversation.socket, kind, **fields))["code"] == "INVALID_MESSAGE"
    assert len(await conversation.messages()) == 2


def commands_on(question_id: str, answer_id: str) -> Iterable[tuple[str, dict[str, Any]]]:
    """Every command that names a message."""
    yield "chat.regenerate", {"message_id": answer_id}
    yield "chat.continue", {"message_id": answer_id}
    yield "chat.edit", {"message_id": question_id, "content": "x"}
    yield "chat.message", {"content": "x", "parent_id": answer_id}
    yield "chat.follow", {"message_id": answer_id, "run": 1, "seq": 0}
    yield "chat.stop", {"message_id": answer_id}


async def test_a_message_of_another_conversation_is_answered_like_a_missing_one(
    conversation: OpenConversation, other_conversation: OpenConversation, model_server: ModelServer
) -> None:
    """Of another conversation of the same user, or of another user, ended or being written."""
    model_server.script(tokens=2, finish="length")
    elsewhere = await OpenConversation.open(conversation.user)
    strangers: list[tuple[str, str]] = []
    for other in (elsewhere, other_conversation):
        accepted = await other.socket.ask("One")
        await other.socket.read_to_the_end(accepted["reply"]["id"])
        strangers.append((accepted["message"]["id"], accepted["reply"]["id"]))
    model_server.script(tokens=2, gate="")
    running = await other_conversation.socket.ask("Two")
    strangers.append((running["message"]["id"], running["reply"]["id"]))
    nothing = str(uuid4())
    answers: list[list[Frame]] = []
    for question_id, answer_id in [*strangers, (nothing, nothing)]:
        refused = [
            await refusal(conversation.socket, kind, **{**fields, "client_id": nothing})
            for kind, fields in commands_on(question_id, answer_id)
        ]
        assert {frame["code"] for frame in refused} == {"NOT_FOUND"}
        answers.append(refused)
    assert answers[0] == answers[1] == answers[2] == answers[3]
    assert await conversation.messages() == []
    model_server.open(10)
    assert (await other_conversation.socket.read_to_the_end(running["reply"]["id"])).content == "w1 w2 "


async def test_a_command_may_name_a_model_for_its_answer(
    user: SignedInUser, chat_server: LiveServer, model_server: ModelServer, settings: Settings
) -> None:
    settings.AI_MODELS = model_server.models = ["fake-model", "other-model"]
    chat_server.restart()
    conversation = await OpenConversation.open(user)
    accepted = await conversation.socket.ask("One", model="other-model")
    assert accepted["reply"]["model_used"] == "other-model"
    await conversation.socket.read_to_the_end(accepted["reply"]["id"])
    again = await conversation.socket.start("chat.regenerate", message_id=accepted["reply"]["id"])
    assert again["reply"]["model_used"] == "fake-model"
    await conversation.socket.read_to_the_end(again["reply"]["id"])
    named = await conversation.socket.start("chat.regenerate", message_id=accepted["reply"]["id"], model="other-model")
    assert named["reply"]["model_used"] == "other-model"
    refused = await refusal(conversation.socket, "chat.stop", message_id=str(uuid4()))
    assert refused["code"] == "NOT_FOUND"


async def test_a_busy_conversation_refuses_every_command_on_every_socket(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=2, finish="length")
    answer = await conversation.socket.ask_to_the_end("One")
    question = (await conversation.messages())[0]
    model_server.script(gate="")
    running = await conversation.socket.ask("Two")
    second = await conversation.enter()
    commands: list[tuple[str, dict[str, Any]]] = [
        ("chat.message", {"content": "x"}),
        ("chat.regenerate", {"message_id": answer.message_id}),
        ("chat.continue", {"message_id": answer.message_id}),
        ("chat.edit", {"message_id": question["id"], "content": "x"}),
    ]
    for socket in (conversation.socket, second):
        for kind, fields in commands:
            assert (await refusal(socket, kind, **fields))["code"] == "ALREADY_PROCESSING", kind
    elsewhere = await OpenConversation.open(conversation.user)
    model_server.open(1000)
    assert (await elsewhere.socket.ask_to_the_end("Three")).content == "Echo: Three"
    assert (await conversation.socket.read_to_the_end(running["reply"]["id"])).content == "Echo: Two"


async def test_of_many_simultaneous_questions_one_is_answered(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(gate="")
    sockets = {str(uuid4()): await conversation.enter() for _ in range(8)}
    for client_id, socket in sockets.items():
        await socket.send("chat.message", content="Me first", client_id=client_id)
    outcomes = [
        await socket.expect("chat.error", "chat.accepted", client_id=client_id) for client_id, socket in sockets.items()
    ]
    assert sorted(frame.get("code", "") for frame in outcomes) == ["", *["ALREADY_PROCESSING"] * 7]
    assert len(await conversation.messages()) == 2
    model_server.open(100)
    running = next(frame for frame in outcomes if frame["type"] == "chat.accepted")
    for socket in sockets.values():
        assert (await socket.read_to_the_end(running["reply"]["id"])).content == "Echo: Me first"
