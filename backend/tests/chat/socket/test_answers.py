"""From a question to its stored answer, over a real socket."""

from uuid import UUID, uuid4

import pytest

from tests.fakes.model_server import ModelServer
from tests.live import Person


async def test_a_question_is_answered_word_by_word_and_stored(person: Person) -> None:
    conversation = await person.new_conversation()
    socket = await person.enter(conversation)
    assert socket.entered is not None
    assert socket.entered["conversation_id"] == str(conversation)
    assert socket.entered["active"] is None
    accepted = await socket.ask("a < b && c > d, List<String>  ")
    assert accepted["kind"] == "message"
    assert accepted["message"]["content"] == "a < b && c > d, List<String>  "
    assert accepted["reply"]["status"] == "pending"
    answer = await socket.read_to_the_end(accepted["reply"]["id"])
    assert answer.content == "Echo: a < b && c > d, List<String>  "
    assert answer.resets == 0
    assert answer.ended is not None
    assert answer.ended["status"] == "complete"
    assert answer.ended["finish_reason"] == "stop"
    question, reply = await person.messages(conversation)
    assert question["content"] == "a < b && c > d, List<String>  "
    assert (reply["content"], reply["status"]) == (answer.content, "complete")
    assert (reply["run"], reply["seq"]) == (answer.run, answer.seq)


@pytest.mark.parametrize(
    ("knobs", "status", "text"),
    [
        ({"tokens": 3}, "complete", "w1 w2 w3 "),
        ({"tokens": 3, "finish": "length"}, "length", "w1 w2 w3 "),
        ({"tokens": 3, "finish": "content_filter"}, "filtered", "w1 w2 w3 "),
        ({"tokens": 9, "cut": 3}, "interrupted", "w1 w2 w3 "),
        ({"tokens": 3, "no_finish": True}, "interrupted", "w1 w2 w3 "),
    ],
)
async def test_how_an_answer_ends(
    person: Person, model_server: ModelServer, knobs: dict[str, object], status: str, text: str
) -> None:
    model_server.script(**knobs)
    conversation = await person.new_conversation()
    socket = await person.enter(conversation)
    answer = await socket.ask_to_the_end("Go")
    assert answer.ended is not None
    assert (answer.ended["type"], answer.ended["status"]) == ("chat.stream", status)
    stored = (await person.messages(conversation))[-1]
    assert (stored["content"].strip(), stored["status"]) == (text.strip(), status)
    assert stored["content"] == answer.content


async def test_a_failed_model_call_is_an_error_frame_that_ends_the_run(person: Person, model_server: ModelServer) -> None:
    model_server.script(fail=400)
    conversation = await person.new_conversation()
    socket = await person.enter(conversation)
    answer = await socket.ask_to_the_end("Go")
    assert answer.ended is not None
    assert (answer.ended["type"], answer.ended["code"], answer.ended["status"]) == ("chat.error", "AI_ERROR", "error")
    stored = (await person.messages(conversation))[-1]
    assert (stored["status"], stored["error_code"]) == ("error", "AI_ERROR")


async def test_stop_keeps_what_came(person: Person, model_server: ModelServer) -> None:
    model_server.script(tokens=50, gate="")
    conversation = await person.new_conversation()
    socket = await person.enter(conversation)
    accepted = await socket.ask("Go")
    model_server.open(5)
    await socket.read_until_length(accepted["reply"]["id"], len("w1 w2 w3 w4 w5"))
    await socket.send("chat.stop")
    answer = await socket.read_to_the_end(accepted["reply"]["id"])
    assert answer.ended is not None
    assert answer.ended["status"] == "stopped"
    stored = (await person.messages(conversation))[-1]
    assert (stored["content"], stored["status"]) == (answer.content, "stopped")
    await model_server.until(lambda: model_server.requests[0].outcome == "closed")


async def test_the_same_client_id_asks_once(person: Person, model_server: ModelServer) -> None:
    conversation = await person.new_conversation()
    socket = await person.enter(conversation)
    client_id = str(uuid4())
    for _ in range(2):
        await socket.send("chat.message", content="Once", client_id=client_id)
        accepted = await socket.expect("chat.accepted", client_id=client_id)
        await socket.expect("chat.stream", done=True, message_id=accepted["reply"]["id"])
    assert len(await person.messages(conversation)) == 2
    assert len([request for request in model_server.requests if not request.is_title]) == 1
    await socket.send("chat.message", content="Another", client_id=client_id)
    assert (await socket.expect("chat.error"))["code"] == "INVALID_MESSAGE"


async def test_a_second_question_waits_for_the_first_answer(person: Person, model_server: ModelServer) -> None:
    model_server.script(gate="")
    conversation = await person.new_conversation()
    first, second = await person.enter(conversation), await person.enter(conversation)
    await first.ask("One")
    await second.expect("chat.accepted")
    client_id = str(uuid4())
    await second.send("chat.message", content="Two", client_id=client_id)
    refused = await second.expect("chat.error")
    assert (refused["code"], refused["client_id"]) == ("ALREADY_PROCESSING", client_id)
    model_server.open(100)
    assert (await first.expect("chat.stream", done=True))["status"] == "complete"


async def test_continue_goes_on_in_the_same_message(person: Person, model_server: ModelServer) -> None:
    model_server.script(tokens=10, cut=4)
    conversation = await person.new_conversation()
    socket = await person.enter(conversation)
    answer = await socket.ask_to_the_end("Go")
    first = answer.content
    await socket.send("chat.continue", message_id=answer.message_id)
    accepted = await socket.expect("chat.accepted", kind="continue")
    assert (accepted["run"], accepted["reply"]["id"]) == (2, answer.message_id)
    await socket.expect("chat.stream", done=True)
    assert answer.run == 2
    assert answer.resets == 0
    assert answer.content.startswith(first)
    assert len(answer.content) > len(first)
    stored = (await person.messages(conversation))[-1]
    assert (stored["content"], stored["status"], stored["run"]) == (answer.content, "complete", 2)


async def test_edit_and_regenerate_make_siblings(person: Person) -> None:
    conversation = await person.new_conversation()
    socket = await person.enter(conversation)
    answer = await socket.ask_to_the_end("First")
    await socket.send("chat.regenerate", message_id=answer.message_id)
    again = await socket.expect("chat.accepted", kind="regenerate")
    await socket.read_to_the_end(again["reply"]["id"])
    assert again["reply"]["sibling_ids"] == [answer.message_id, again["reply"]["id"]]
    await socket.send("chat.edit", message_id=again["message"]["id"], content="Second")
    edited = await socket.expect("chat.accepted", kind="edit")
    await socket.read_to_the_end(edited["reply"]["id"])
    assert edited["message"]["sibling_ids"] == [again["message"]["id"], edited["message"]["id"]]
    assert [message["content"] for message in await person.messages(conversation)] == ["Second", "Echo: Second"]
    assert UUID(edited["reply"]["id"])


async def test_the_model_makes_the_title(person: Person) -> None:
    conversation = await person.new_conversation()
    socket = await person.enter(conversation)
    await socket.ask_to_the_end("How do rockets fly?")
    updated = await socket.expect("conversation.updated")
    while "title" not in updated:
        updated = await socket.expect("conversation.updated")
    assert updated["title"].startswith("Title of How do rockets")
    stored = await person.call("GET", f"/conversations/{conversation}", expect=200)
    assert (stored["title"], stored["revision"]) == (updated["title"], updated["revision"])
