"""Section 4: repeated commands, which ask nothing twice."""

import asyncio

from conformance.connection import Connection
from conformance.context import LONG_QUESTION, LONGEST_QUESTION, SHORT_QUESTION, Context, new_id
from conformance.registry import check
from conformance.violations import Violation, require, required

SECONDS_FOR_ANOTHER = 1.0


@check("P-4.3", "P-4.2", "P-4.4", "P-5.13")
async def a_repeated_command_asks_nothing_twice(context: Context) -> None:
    """The same `client_id`: the same answer again, on any connection, while it is written and after."""
    conversation_id, connection = await context.enter_new()
    client_id = new_id()
    first = await connection.ask(LONG_QUESTION, client_id=client_id)
    message_id = first["reply"]["id"]
    for ended in (False, True):
        other, _ = await context.enter(conversation_id)
        with required("P-4.3"):
            await other.send("chat.message", client_id=client_id, content=LONG_QUESTION)
            repeated = await other.until(
                lambda frame: frame["type"] == "chat.accepted" or frame.get("client_id") == client_id,
                "the answer to a repeat",
            )
        require(repeated["type"] == "chat.accepted", "P-4.3", f"a repeat was refused: {repeated.get('code')}")
        require(repeated["reply"]["id"] == message_id, "P-4.3", "a repeat started another answer")
        other.asked_for.add(message_id)
        other.answer(message_id).may_repeat_end = True
        await context.verify(conversation_id, await other.read_to_end(message_id))
        if not ended:
            await connection.read_to_end(message_id)
    await _require_reset_for_a_repeat(connection, "chat.message", client_id, message_id, content=LONG_QUESTION)
    await connection.send("chat.message", client_id=client_id, content="Something else")
    await connection.expect_refusal("P-4.3", "INVALID_MESSAGE", client_id)
    messages = await context.messages(conversation_id)
    require(len(messages) == 2, "P-4.3", f"the conversation has {len(messages)} messages, not 2")
    _, before = await context.enter(conversation_id)
    status, _ = await context.call("DELETE", f"/api/conversations/{conversation_id}/messages/{messages[0]['id']}")
    require(status == 204, "P-4.3", f"DELETE of a message answered {status}")
    _, success = await context.enter(conversation_id)
    require(success["leaf_id"] is None, "P-5.1", "auth.success has a leaf that was deleted")
    require(success["revision"] > before["revision"], "P-5.13", "the revision did not grow with a deletion")
    await connection.send("chat.message", client_id=client_id, content=LONG_QUESTION)
    await connection.expect_refusal("P-4.3", "NOT_FOUND", client_id)


async def _require_reset_for_a_repeat(
    connection: Connection, kind: str, client_id: str, reply_id: str, **fields: str
) -> None:
    """Require that a connection that has an answer gets it again, from its beginning, when it repeats the command."""
    before = len(connection.frames)
    try:
        repeated = await connection.command(kind, client_id=client_id, **fields)
    except Violation as violation:
        raise Violation("P-4.3", f"a repeat was refused: {violation}") from None
    found = repeated["reply"]["id"]
    require(found == reply_id, "P-4.3", f"a repeated {kind} started another answer")
    answer = connection.answer(reply_id)
    await connection.until(lambda frame: frame.get("message_id") == reply_id, "the answer again")
    first = next(frame for frame in connection.frames[before:] if "seq" in frame)
    require(first.get("reset") is True, "P-4.3", f"after a repeated {kind}, the answer is not sent as a reset")
    while answer.ended is None:
        await connection.read_to_change(reply_id, answer.seq)


@check("P-4.3", "P-5.11")
async def a_repeated_command_is_answered_once(context: Context) -> None:
    """One repeat brings one `chat.accepted` and one reset, to the connection that repeats only."""
    conversation_id, connection = await context.enter_new()
    client_id = new_id()
    accepted = await connection.ask(SHORT_QUESTION, client_id=client_id)
    reply = accepted["reply"]["id"]
    await connection.read_to_end(reply)
    other, _ = await context.enter(conversation_id)
    before = len(connection.frames)
    await connection.send("chat.message", client_id=client_id, content=SHORT_QUESTION)
    await connection.until(lambda frame: frame.get("done") is True, "the answer again")
    await connection.drain(SECONDS_FOR_ANOTHER)
    again = connection.frames[before:]
    counts = [frame["type"] for frame in again].count("chat.accepted"), [f.get("reset") for f in again].count(True)
    require(counts == (1, 1), "P-4.3", f"a repeat was answered by {counts[0]} chat.accepted and {counts[1]} resets")
    require(await other.is_quiet(), "P-5.11", "a connection got the answer again because another one repeated")


@check("P-4.3")
async def repeats_of_every_command_ask_nothing_twice(context: Context) -> None:
    """The same holds for `chat.regenerate`, `chat.edit` and `chat.continue`; a refused command is not remembered."""
    _, connection = await context.enter_new()
    first = new_id()
    await connection.send("chat.message", client_id=first, content=" ")
    await connection.expect_refusal("P-6.9", "EMPTY_CONTENT", first)
    try:
        accepted = await connection.ask(LONGEST_QUESTION, client_id=first)
    except Violation as violation:
        raise Violation("P-4.3", f"the id of a refused command was remembered: {violation}") from None
    question, reply = accepted["message"]["id"], accepted["reply"]["id"]
    await connection.read_to_number(reply, 1)
    await connection.send("chat.stop", message_id=reply)
    await connection.read_to_end(reply)
    steps = [
        ("chat.regenerate", {"message_id": reply}),
        ("chat.edit", {"message_id": question, "content": SHORT_QUESTION}),
    ]
    if (connection.answer(reply).ended or {})["status"] == "stopped":
        steps.insert(0, ("chat.continue", {"message_id": reply}))
    for kind, fields in steps:
        client_id = new_id()
        answer_id = (await connection.command(kind, client_id=client_id, **fields))["reply"]["id"]
        await connection.read_to_end(answer_id)
        await _require_reset_for_a_repeat(connection, kind, client_id, answer_id, **fields)
    await connection.send("chat.regenerate", client_id=first, message_id=reply)
    await connection.expect_refusal("P-4.3", "INVALID_MESSAGE", first)


@check("P-4.3", "P-7.4")
async def one_command_on_two_connections_asks_once(context: Context) -> None:
    """The same `client_id` at the same time: both connections get the same answer."""
    conversation_id = await context.new_conversation()
    connections = [(await context.enter(conversation_id))[0] for _ in range(2)]
    client_id = new_id()
    questions = [connection.ask(SHORT_QUESTION, client_id=client_id) for connection in connections]
    accepted = await asyncio.gather(*questions)
    replies = {frame["reply"]["id"] for frame in accepted}
    require(len(replies) == 1, "P-4.3", f"one command started {len(replies)} answers")
    stored = await context.messages(conversation_id)
    require(len(stored) == 2, "P-4.3", f"the conversation has {len(stored)} messages, not 2")
