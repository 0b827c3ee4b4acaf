"""The model's reasoning, numbered together with the text and kept apart from it (docs/protocol.md: P-3.2, P-5.4)."""

import pytest

from testkit.fakes.model_server import ModelServer
from tests.chat.socket.conversations import OpenConversation, assert_stored


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_reasoning_is_sent_in_separate_frames(
    conversation: OpenConversation, model_server: ModelServer, field: str
) -> None:
    model_server.script(tokens=3, reasoning=4, reasoning_field=field)
    answer = await conversation.socket.ask_to_the_end("Go")
    assert answer.reasoning == "r1 r2 r3 r4 "
    assert answer.content == "w1 w2 w3 "
    assert answer.seq == 4 + 3 + 1
    frames = [frame for frame in conversation.socket.frames if "seq" in frame]
    kinds = [frame["type"] for frame in frames]
    assert kinds == sorted(kinds), "one kind a frame, the thinking first"
    for frame in frames[: kinds.index("chat.stream")]:
        assert frame.keys() == {"type", "content", "message_id", "run", "seq", "from"}
    await assert_stored(conversation, answer, "complete")


async def test_reasoning_is_not_sent_back_to_the_model(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=3, reasoning=4)
    await conversation.socket.ask_to_the_end("One")
    await conversation.socket.ask_to_the_end("Two")
    assert "r1" not in str(model_server.questions[-1].messages)


async def test_a_position_within_the_reasoning_resumes(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=3, reasoning=4)
    whole = await conversation.socket.ask_to_the_end("Go")
    numbered = [f"r{n} " for n in range(1, 5)] + [f"w{n} " for n in range(1, 4)]
    for seq in range(8):
        socket = await conversation.resume(whole.message_id, 1, seq)
        answer = await socket.read_to_the_end(whole.message_id)
        assert answer.resets == 0
        assert answer.reasoning + answer.content == "".join(numbered[seq:])


async def test_stopped_reasoning_is_kept_and_continued(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=3, reasoning=4, gate="")
    answer_id = (await conversation.socket.ask("Go"))["reply"]["id"]
    model_server.open(2)
    while conversation.socket.answer(answer_id).reasoning != "r1 r2 ":
        await conversation.socket.receive()
    await conversation.socket.send("chat.stop")
    answer = await conversation.socket.read_to_the_end(answer_id)
    await assert_stored(conversation, answer, "stopped")
    model_server.script(tokens=3)
    await conversation.socket.send("chat.continue", message_id=answer_id)
    await conversation.socket.expect("chat.stream", run=2, done=True)
    assert answer.reasoning == "r1 r2 "
    assert answer.content == "w1 w2 w3 "
    assert answer.resets == 0
    await assert_stored(conversation, answer, "complete")
