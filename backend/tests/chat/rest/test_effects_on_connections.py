"""Effects of REST calls on open connections and running answers, and of answers on REST."""

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser


async def test_a_change_reaches_open_sockets_and_the_next_turn(user: SignedInUser, model_server: ModelServer) -> None:
    model_server.models = ["fake-model"]
    conversation = await user.new_conversation()
    socket = await user.enter(conversation)
    changes = {"title": "Named", "system_prompt": "Be brief.", "temperature": 0.1, "is_pinned": True}
    changed = await user.call("PATCH", f"/conversations/{conversation}", changes, expect=200)
    frame = await socket.expect("conversation.updated")
    assert changes.items() <= frame.items()
    assert frame["revision"] == changed["revision"]
    await socket.ask_to_the_end("Hello")
    request = model_server.requests[0]
    assert request.messages[0] == {"role": "system", "content": "Be brief."}
    assert request.body["temperature"] == 0.1
    after = await user.call("GET", f"/conversations/{conversation}", expect=200)
    assert after["title"] == "Named"
    assert after["updated_at"] > changed["updated_at"]


async def test_branches_cannot_change_while_an_answer_is_being_written(
    user: SignedInUser, model_server: ModelServer
) -> None:
    conversation = await user.new_conversation()
    socket = await user.enter(conversation)
    await socket.ask_to_the_end("First")
    first = (await user.messages(conversation))[0]["id"]
    model_server.script(tokens=5, gate="")
    accepted = await socket.ask("Second")
    body = {"message_id": first}
    refused = await user.call("PUT", f"/conversations/{conversation}/leaf", body, expect=409)
    assert refused["code"] == "CONFLICT"
    for message in (first, accepted["reply"]["id"]):
        refused = await user.call("DELETE", f"/conversations/{conversation}/messages/{message}", expect=409)
        assert refused["code"] == "CONFLICT"
    model_server.open(5)
    await socket.read_to_the_end(accepted["reply"]["id"])
    await user.call("DELETE", f"/conversations/{conversation}/messages/{accepted['reply']['id']}", expect=204)
    frame = await socket.expect("conversation.updated", leaf_id=accepted["message"]["id"])
    shown = await user.call("GET", f"/conversations/{conversation}", expect=200)
    assert shown["leaf_id"] == frame["leaf_id"]
    assert shown["revision"] == frame["revision"]
