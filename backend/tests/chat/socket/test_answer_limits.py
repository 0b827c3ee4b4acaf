"""The limits of answers that a user may start, and of their length (docs/protocol.md: P-4.4, P-6.12, P-7.7)."""

from typing import Any
from uuid import uuid4

from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser, pause
from tests.chat.socket.conversations import OpenConversation, refusal


async def test_at_most_twenty_answers_start_per_minute_over_all_sockets(
    user: SignedInUser, other_conversation: OpenConversation, settings: Settings
) -> None:
    assert settings.MESSAGE_RATE == "20/60"
    conversations = [await OpenConversation.open(user) for _ in range(3)]
    sockets = [conversation.socket for conversation in conversations]
    for number in range(20):
        await sockets[number % 3].ask_to_the_end(f"Question {number}")
    for conversation in conversations:
        refused = await refusal(conversation.socket, "chat.message", content="One more")
        assert refused["code"] == "RATE_LIMIT_EXCEEDED"
        assert refused["retry_after"] in range(1, 61)
        assert "message_id" not in refused
    assert sum([len(await conversation.messages()) for conversation in conversations]) == 40
    assert (await other_conversation.socket.ask_to_the_end("Mine")).content == "Echo: Mine"


async def test_the_window_slides(conversation: OpenConversation, settings: Settings) -> None:
    settings.MESSAGE_RATE = "1/1"
    settings.SOCKET_COMMAND_RATE = settings.SOCKET_FRAME_RATE = "off"
    socket = await conversation.enter()
    await socket.ask_to_the_end("First")
    client_id = str(uuid4())
    # A refused command may be sent again under its `client_id`; refusals do not prolong the wait.
    while True:
        await socket.send("chat.message", content="Second", client_id=client_id)
        frame = await socket.expect("chat.accepted", "chat.error", client_id=client_id)
        if frame["type"] == "chat.accepted":
            break
        assert frame["code"] == "RATE_LIMIT_EXCEEDED"
        assert frame["retry_after"] == 1
        await pause()
    await socket.read_to_the_end(frame["reply"]["id"])


async def test_every_command_that_starts_an_answer_counts(
    conversation: OpenConversation, settings: Settings, model_server: ModelServer
) -> None:
    settings.MESSAGE_RATE = "4/60"
    model_server.script(tokens=3, finish="length")
    answer = await conversation.socket.ask_to_the_end("One")
    question_id = (await conversation.messages())[0]["id"]
    commands: list[tuple[str, dict[str, Any]]] = [
        ("chat.continue", {"message_id": answer.message_id}),
        ("chat.regenerate", {"message_id": answer.message_id}),
        ("chat.edit", {"message_id": question_id, "content": "Two"}),
    ]
    for kind, fields in commands:
        await conversation.socket.send(kind, **fields)
        accepted = await conversation.socket.expect("chat.accepted")
        await conversation.socket.expect("chat.stream", message_id=accepted["reply"]["id"], done=True)
    before = await conversation.messages()
    commands[0] = ("chat.continue", {"message_id": before[-1]["id"]})
    for kind, fields in [*commands, ("chat.message", {"content": "Three"})]:
        assert (await refusal(conversation.socket, kind, **fields))["code"] == "RATE_LIMIT_EXCEEDED"
    assert await conversation.messages() == before


async def test_refused_commands_do_not_count(
    conversation: OpenConversation, settings: Settings, model_server: ModelServer
) -> None:
    settings.MESSAGE_RATE = "2/60"
    model_server.script(gate="")
    accepted = await conversation.socket.ask("One")
    for kind, fields, code in (
        ("chat.message", {"content": "Busy"}, "ALREADY_PROCESSING"),
        ("chat.message", {"content": " "}, "EMPTY_CONTENT"),
        ("chat.message", {"content": "a" * (settings.MAX_MESSAGE_LENGTH + 1)}, "MESSAGE_TOO_LONG"),
        ("chat.message", {}, "INVALID_MESSAGE"),
    ):
        assert (await refusal(conversation.socket, kind, **fields))["code"] == code
    model_server.open(100)
    answer = await conversation.socket.read_to_the_end(accepted["reply"]["id"])
    for kind, fields, code in (
        ("chat.regenerate", {"message_id": str(uuid4())}, "NOT_FOUND"),
        ("chat.continue", {"message_id": answer.message_id}, "INVALID_MESSAGE"),
        ("chat.message", {"content": "x", "model": "no-such-model"}, "INVALID_MESSAGE"),
        ("chat.message", {"content": "x", "parent_id": str(uuid4())}, "NOT_FOUND"),
        ("chat.edit", {"message_id": answer.message_id, "content": "x"}, "INVALID_MESSAGE"),
    ):
        assert (await refusal(conversation.socket, kind, **fields))["code"] == code, kind
    await conversation.socket.ask_to_the_end("Two")
    assert (await refusal(conversation.socket, "chat.message", content="Three"))["code"] == "RATE_LIMIT_EXCEEDED"


async def test_a_repeat_neither_counts_nor_is_refused(conversation: OpenConversation, settings: Settings) -> None:
    settings.MESSAGE_RATE = "2/60"
    client_id = str(uuid4())
    for _ in range(4):
        accepted = await conversation.socket.start("chat.message", content="Once", client_id=client_id)
        await conversation.socket.expect("chat.stream", message_id=accepted["reply"]["id"], done=True)
    await conversation.socket.ask_to_the_end("Two")
    assert (await refusal(conversation.socket, "chat.message", content="Three"))["code"] == "RATE_LIMIT_EXCEEDED"
    await conversation.socket.start("chat.message", content="Once", client_id=client_id)
    assert len(await conversation.messages()) == 4


async def test_the_limit_can_be_switched_off(conversation: OpenConversation, settings: Settings) -> None:
    settings.MESSAGE_RATE = "off"
    for number in range(21):
        await conversation.socket.ask_to_the_end(str(number))


async def test_a_user_has_a_limited_number_of_running_answers(
    user: SignedInUser, other_conversation: OpenConversation, settings: Settings, model_server: ModelServer
) -> None:
    settings.ANSWERS_PER_USER = 2
    settings.MESSAGE_RATE = "4/60"
    conversations = [await OpenConversation.open(user) for _ in range(3)]
    model_server.script(gate="")
    first = await conversations[0].socket.ask("One")
    await conversations[1].socket.ask("Two")
    for _ in range(3):  # Refused commands do not count against the rate.
        refused = await refusal(conversations[2].socket, "chat.message", content="Three")
        assert refused["code"] == "RATE_LIMIT_EXCEEDED"
        assert refused["retry_after"] == 5
    assert await conversations[2].messages() == []
    await other_conversation.socket.ask("Another user's")
    await conversations[0].socket.send("chat.stop")
    await conversations[0].socket.read_to_the_end(first["reply"]["id"])
    await conversations[2].socket.ask("Three")
    model_server.open(1000)


async def test_an_answer_ends_at_the_limit_of_its_length(
    conversation: OpenConversation, settings: Settings, model_server: ModelServer
) -> None:
    settings.MAX_ANSWER_LENGTH = 50
    model_server.script(tokens=100, reasoning=5)
    answer = await conversation.socket.ask_to_the_end("Go")
    whole = "".join(f"r{number} " for number in range(1, 6)), "".join(f"w{number} " for number in range(1, 100))
    assert answer.reasoning == whole[0]
    assert answer.content == whole[1][: 50 - len(whole[0])]
    assert answer.ended["status"] == "length"
    assert answer.ended["finish_reason"] == "length"
    stored = (await conversation.messages())[-1]
    assert stored["content"] == answer.content
    assert stored["status"] == "length"
    assert stored["seq"] == answer.seq


async def test_an_answer_at_the_limit_of_its_length_continues_once_the_limit_is_higher(
    conversation: OpenConversation, settings: Settings, model_server: ModelServer
) -> None:
    settings.MAX_ANSWER_LENGTH = 50
    model_server.script(tokens=100, reasoning=5)
    answer = await conversation.socket.ask_to_the_end("Go")
    refused = await refusal(conversation.socket, "chat.continue", message_id=answer.message_id)
    assert refused["code"] == "INVALID_MESSAGE"
    settings.MAX_ANSWER_LENGTH = 60
    await conversation.socket.send("chat.continue", message_id=answer.message_id)
    await conversation.socket.expect("chat.stream", done=True)
    continued = conversation.socket.answer(answer.message_id)
    assert len(continued.content) + len(continued.reasoning) == 60
