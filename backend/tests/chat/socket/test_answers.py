"""From a question to its stored answer, over a real socket."""

from testkit.live import SignedInUser
from tests.chat.socket.conversations import read_whole


async def test_a_question_is_answered_word_by_word_and_stored(user: SignedInUser) -> None:
    conversation = await user.new_conversation()
    socket = await user.enter(conversation)
    assert socket.auth_success["conversation_id"] == str(conversation)
    assert socket.auth_success["active"] is None
    accepted = await socket.ask("a < b && c > d, List<String>  ")
    assert accepted["kind"] == "message"
    assert accepted["message"]["content"] == "a < b && c > d, List<String>  "
    assert accepted["reply"]["status"] == "pending"
    answer = await read_whole(socket, accepted["reply"]["id"], "Echo: a < b && c > d, List<String>  ")
    assert answer.ended["status"] == "complete"
    assert answer.ended["finish_reason"] == "stop"
    question, reply = await user.messages(conversation)
    assert question["content"] == "a < b && c > d, List<String>  "
    assert reply["content"] == answer.content
    assert reply["status"] == "complete"
    assert reply["run"] == answer.run
    assert reply["seq"] == answer.seq
