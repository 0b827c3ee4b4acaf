"""`chat.stop` and `chat.follow`, of running and of ended answers (docs/protocol.md: P-4.10, P-4.11, P-5.3)."""

from uuid import uuid4

import pytest

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer
from testkit.socket_client import AnswerCheck, ChatSocket
from tests.chat.socket.conversations import OpenConversation, assert_stored, begin_answer, is_quiet, refusal


async def follow(socket: ChatSocket, message_id: str, run: int, seq: int) -> AnswerCheck:
    """Follow from a position, as a client that has only that number, to the end of the run."""
    check = AnswerCheck(message_id, run=run, seq=seq)
    socket.answers = {message_id: check}
    await socket.send("chat.follow", message_id=message_id, run=run, seq=seq)
    return await socket.read_to_the_end(message_id)


@pytest.mark.parametrize("is_named", [True, False])
async def test_stop_ends_the_answer_for_every_follower(
    conversation: OpenConversation, model_server: ModelServer, is_named: bool
) -> None:
    other = await conversation.enter()
    answer_id = (await begin_answer(conversation, model_server, seen=5, of=50)).message_id
    await other.send("chat.stop", **({"message_id": answer_id} if is_named else {}))
    for socket in (conversation.socket, other):
        answer = await socket.read_to_the_end(answer_id)
        assert answer.ended["type"] == "chat.stream"
        assert answer.ended["status"] == "stopped"
        assert answer.ended["finish_reason"] is None
        assert answer.ended["usage"] is None
        await assert_stored(conversation, answer, "stopped")
    await model_server.until(lambda: model_server.questions[0].outcome == "closed")


async def test_stop_before_the_first_token_stores_an_empty_stopped_answer(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(slow_start=True)
    accepted = await conversation.socket.ask("Go")
    await conversation.socket.send("chat.stop")
    answer = await conversation.socket.read_to_the_end(accepted["reply"]["id"])
    assert answer.content == ""
    assert answer.seq == 1
    await assert_stored(conversation, answer, "stopped")


async def test_stop_right_after_the_question_stops_its_answer(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(gate="")
    for number in range(5):
        await conversation.socket.send("chat.message", content=f"Go {number}")
        await conversation.socket.send("chat.stop")
        accepted = await conversation.socket.expect("chat.accepted")
        answer = await conversation.socket.read_to_the_end(accepted["reply"]["id"])
        assert answer.ended["status"] == "stopped"


async def test_stop_of_an_ended_answer_repeats_the_terminal_frame(conversation: OpenConversation) -> None:
    first = await conversation.socket.ask_to_the_end("One")
    second = await conversation.socket.ask_to_the_end("Two")
    for fields, ended in (({"message_id": first.message_id}, first.ended), ({}, second.ended)):
        await conversation.socket.send("chat.stop", **fields)
        again = await conversation.socket.expect("chat.stream", message_id=ended["message_id"])
        assert again == ended | {"from": ended["seq"]}


async def test_stop_repeats_the_terminal_frame_after_a_restart(
    conversation: OpenConversation, chat_server: LiveServer
) -> None:
    ended = await conversation.socket.ask_to_the_end("One")
    chat_server.restart()
    socket = await conversation.enter()
    socket.answers[ended.message_id] = ended
    await socket.send("chat.stop", message_id=ended.message_id)
    again = await socket.expect("chat.stream")
    assert again == ended.ended | {"from": ended.ended["seq"]}
    assert (await conversation.last_message())["status"] == "complete"


async def test_stop_in_an_empty_conversation_is_not_found(conversation: OpenConversation) -> None:
    assert (await refusal(conversation.socket, "chat.stop"))["code"] == "NOT_FOUND"


async def test_stop_of_an_unknown_answer_is_not_found(conversation: OpenConversation) -> None:
    assert (await refusal(conversation.socket, "chat.stop", message_id=str(uuid4())))["code"] == "NOT_FOUND"


async def test_stop_of_another_answer_leaves_the_running_one(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    ended = await conversation.socket.ask_to_the_end("One")
    model_server.script(tokens=3, gate="")
    running = await conversation.socket.ask("Two")
    await conversation.socket.send("chat.stop", message_id=ended.message_id)
    assert (await conversation.socket.expect("chat.stream", message_id=ended.message_id))["status"] == "complete"
    model_server.open(3)
    assert (await conversation.socket.read_to_the_end(running["reply"]["id"])).content == "w1 w2 w3 "


async def test_stop_of_a_question_leaves_the_running_answer(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=3, gate="")
    running = await conversation.socket.ask("One")
    question = (await conversation.messages())[0]
    assert (await refusal(conversation.socket, "chat.stop", message_id=question["id"]))["code"] == "NOT_FOUND"
    model_server.open(3)
    assert (await conversation.socket.read_to_the_end(running["reply"]["id"])).content == "w1 w2 w3 "


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_an_ended_answer_can_be_followed_from_any_position(
    conversation: OpenConversation, model_server: ModelServer, chat_server: LiveServer, is_restarted: bool
) -> None:
    model_server.script(tokens=6, reasoning=3)
    whole = await conversation.socket.ask_to_the_end("Go")
    pieces = [""] + [frame["content"] for frame in conversation.socket.frames if frame["type"] == "chat.stream"]
    assert "".join(pieces) == whole.content
    last = whole.seq
    if is_restarted:
        chat_server.restart()
    socket = await conversation.enter()
    for run, seq in [(1, seq) for seq in range(last + 1)] + [(0, 0)]:
        answer = await follow(socket, whole.message_id, run, seq)
        assert answer.run == 1
        assert answer.seq == last
        assert answer.ended["status"] == "complete"
        if answer.resets:
            assert answer.content == whole.content
            assert answer.reasoning == whole.reasoning
        else:
            assert (whole.reasoning + whole.content).endswith(answer.reasoning + answer.content)
            assert answer.content or seq >= last - 1
        if not is_restarted or seq >= last - 1:
            assert answer.resets == 0, (run, seq)
    assert await is_quiet(socket)


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_a_position_that_no_answer_has_begins_with_a_reset(
    conversation: OpenConversation, model_server: ModelServer, chat_server: LiveServer, is_restarted: bool
) -> None:
    model_server.script(tokens=6, reasoning=3)
    whole = await conversation.socket.ask_to_the_end("Go")
    last = whole.seq
    if is_restarted:
        chat_server.restart()
    socket = await conversation.enter()
    for run, seq in ((1, last + 1), (1, 2**53 - 1), (2, 0), (2, last), (0, 1), (2**53 - 1, 2**53 - 1)):
        answer = await follow(socket, whole.message_id, run, seq)
        assert answer.resets == 1, (run, seq)
        assert answer.content == whole.content
        assert answer.reasoning == whole.reasoning
        assert answer.run == 1
        assert answer.seq == last
    assert await is_quiet(socket)


async def test_a_running_answer_can_be_followed_from_any_position(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    answer_id = (await begin_answer(conversation, model_server, seen=4, of=8)).message_id
    sockets: dict[tuple[int, int], ChatSocket] = {}
    for position in ((0, 0), (1, 0), (1, 1), (1, 3), (1, 4), (1, 5), (1, 99), (2, 0), (2, 4), (7, 3)):
        socket = await conversation.enter()
        await socket.read_until_length(answer_id, len("w1 w2 w3 w4 "))
        socket.answers = {answer_id: AnswerCheck(answer_id, run=position[0], seq=position[1])}
        await socket.send("chat.follow", message_id=answer_id, run=position[0], seq=position[1])
        await socket.send("ping")
        await socket.expect("pong")
        sockets[position] = socket
    model_server.open(4)
    for (run, seq), socket in sockets.items():
        answer = await socket.read_to_the_end(answer_id)
        has_reset = run > 1 or seq > 4
        assert answer.resets == has_reset, (run, seq)
        rest = range(1 if has_reset else seq + 1, 9)
        assert answer.content == "".join(f"w{number} " for number in rest)


async def test_a_repeated_follow_replaces_the_earlier_one(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    answer_id = (await begin_answer(conversation, model_server, seen=3, of=6)).message_id
    for _ in range(5):
        conversation.socket.answers[answer_id] = AnswerCheck(answer_id, run=1)
        await conversation.socket.send("chat.follow", message_id=answer_id, run=1, seq=0)
        await conversation.socket.read_until_length(answer_id, len("w1 w2 w3 "))
    model_server.open(3)
    answer = await conversation.socket.read_to_the_end(answer_id)
    assert answer.content == "w1 w2 w3 w4 w5 w6 ", "a frame came twice: two follows at once"
    await conversation.socket.expect("conversation.updated")


async def test_follow_of_anything_but_an_answer_is_refused(conversation: OpenConversation) -> None:
    await conversation.socket.ask_to_the_end("One")
    question = (await conversation.messages())[0]
    for message_id in (question["id"], str(conversation.id), str(uuid4())):
        refused = await refusal(conversation.socket, "chat.follow", message_id=message_id, run=1, seq=0)
        assert refused["code"] == "NOT_FOUND"
