"""Section 4: commands, their effects and their order."""

import asyncio

from conformance.checks.attachments import find_model
from conformance.context import LONG_QUESTION, SHORT_QUESTION, Context, new_id
from conformance.registry import check
from conformance.violations import Skipped, Violation, require

EDITED = " Answer with one word: no.\n"
STRANGE = '  a < b && c > d\t"List<String>" \u00e9e\u0301 \U0001f469\u200d\U0001f680 \u202e<script>\r\nend  '


@check("P-4.1", "P-4.6", "P-4.13", "P-10.3")
async def a_question_is_stored_exactly_and_unknown_fields_are_ignored(context: Context) -> None:
    """Blanks at the ends, markup and marks stay; `null` for an optional field is as if it were absent."""
    conversation_id, connection = await context.enter_new()
    accepted = await connection.ask(STRANGE, model=None, a_field_of_next_year={"x": [1]})
    require(accepted["message"]["content"] == STRANGE, "P-4.13", "chat.accepted has a different text")
    await connection.read_to_end(accepted["reply"]["id"])
    stored = await context.message(conversation_id, accepted["message"]["id"])
    require(stored["content"] == STRANGE, "P-4.13", "GET has a different text")
    next_one = await connection.ask(SHORT_QUESTION, attachments=None)
    leaf = accepted["reply"]["id"]
    require(next_one["message"]["parent_id"] == leaf, "P-4.6", "the next question does not follow the leaf")
    await connection.read_to_end(next_one["reply"]["id"])
    connection.answer(next_one["reply"]["id"]).may_repeat_end = True
    await connection.send("chat.stop", message_id=None)
    again = await connection.until(lambda frame: frame["type"] in {"chat.error", "chat.stream"}, "the end again")
    named = again.get("message_id")
    require(named == next_one["reply"]["id"], "P-4.1", f"message_id: null is not as if it were absent: {again}")
    root = await connection.ask(SHORT_QUESTION, parent_id=None)
    require(root["message"]["parent_id"] is None, "P-4.1", "parent_id: null does not make a new root")
    await connection.read_to_end(root["reply"]["id"])
    below = await connection.ask(SHORT_QUESTION, parent_id=accepted["reply"]["id"])
    require(below["message"]["parent_id"] == accepted["reply"]["id"], "P-4.6", "the question has a different parent")
    await connection.read_to_end(below["reply"]["id"])


@check("P-4.7", "P-4.8", "P-4.13", "P-5.2", "P-5.13", "P-3.1")
async def regenerate_and_edit_make_siblings(context: Context) -> None:
    """Another answer to the same question, and another version of the question; each raises the revision."""
    conversation_id, connection, accepted = await context.start(SHORT_QUESTION)
    question, reply = accepted["message"]["id"], accepted["reply"]["id"]
    await connection.read_to_end(reply)
    again = await connection.command("chat.regenerate", message_id=reply)
    require(again["kind"] == "regenerate", "P-5.2", f"accepted as {again['kind']!r}")
    require(again["message"]["id"] == question, "P-4.7", "regenerate has a different question")
    require(again["reply"]["id"] != reply, "P-4.7", "regenerate wrote into the old answer")
    require(set(again["reply"]["sibling_ids"]) == {reply, again["reply"]["id"]}, "P-4.7", "the siblings differ")
    require(again["revision"] > accepted["revision"], "P-5.13", "the revision did not grow")
    require(again["run"] == 1, "P-3.1", f"the first run of another answer has the number {again['run']}")
    await context.verify(conversation_id, await connection.read_to_end(again["reply"]["id"]))
    edited = await connection.command("chat.edit", message_id=question, content=EDITED)
    require(edited["kind"] == "edit", "P-5.2", f"accepted as {edited['kind']!r}")
    require(edited["message"]["content"] == EDITED, "P-4.13", "the edited text is different")
    require(set(edited["message"]["sibling_ids"]) == {question, edited["message"]["id"]}, "P-4.8", "no sibling")
    require(edited["revision"] > again["revision"], "P-5.13", "the revision did not grow")
    await context.verify(conversation_id, await connection.read_to_end(edited["reply"]["id"]))
    branch = [message["id"] for message in await context.messages(conversation_id)]
    expected = [edited["message"]["id"], edited["reply"]["id"]]
    require(branch == expected, "P-4.8", "after an edit, GET does not show the branch of the edited question")
    _, success = await context.enter(conversation_id)
    require(success["revision"] >= edited["revision"], "P-5.13", "auth.success has an older revision")
    require(success["leaf_id"] == edited["reply"]["id"], "P-5.1", "auth.success has a different leaf")


@check("P-6.11", "P-7.4", "P-4.4")
async def one_answer_at_a_time(context: Context) -> None:
    """Of two questions that are asked at once, one is accepted; the order of refusals is as specified."""
    conversation_id = await context.new_conversation()
    connections = [(await context.enter(conversation_id))[0] for _ in range(2)]
    while True:
        questions = [connection.try_command("chat.message", content=LONG_QUESTION) for connection in connections]
        outcomes = await asyncio.gather(*questions)
        limited = [frame for frame in outcomes if frame.get("code") == "RATE_LIMIT_EXCEEDED"]
        if not limited:
            break
        await asyncio.sleep(limited[0]["retry_after"])
        if any(frame["type"] == "chat.accepted" for frame in outcomes):
            raise Skipped("the rate of questions was used up")
    accepted = [frame for frame in outcomes if frame["type"] == "chat.accepted"]
    if len(accepted) == 2:
        first = accepted[0]["reply"]["id"]
        ended = connections[0].answer(first).ended or connections[1].answer(first).ended
        if ended or accepted[1]["message"]["parent_id"] is not None:
            raise Skipped("the model's answer ended too soon")
        raise Violation("P-7.4", "two answers are written at once")
    refused = [frame for frame in outcomes if frame["type"] == "chat.error"]
    require(len(refused) == 1, "P-6.11", f"{len(accepted)} were accepted and {len(refused)} refused")
    require(refused[0]["code"] == "ALREADY_PROCESSING", "P-6.11", f"refused with {refused[0]['code']}")
    connection, message_id = connections[0], accepted[0]["reply"]["id"]
    for kind, fields, code in (
        ("chat.message", {"content": " "}, "EMPTY_CONTENT"),
        ("chat.message", {}, "INVALID_MESSAGE"),
        ("chat.regenerate", {"message_id": new_id()}, "ALREADY_PROCESSING"),
    ):
        frame = await connection.try_command(kind, **fields)
        if connection.answer(message_id).ended is not None:
            break
        require(frame.get("code") == code, "P-4.4", f"while busy, {kind} {fields} was refused with {frame.get('code')}")
    await context.verify(conversation_id, await connection.read_to_end(message_id))


@check("P-4.12", "P-5.10", "P-4.2", "P-4.5")
async def ping_is_answered_by_pong(context: Context) -> None:
    """`ping` by `pong`, before and after signing in; `pong` by nothing."""
    connection = await context.connect(await context.new_conversation())
    for _ in range(2):
        await connection.send("pong")
        require(await connection.is_quiet(), "P-4.12", "pong was answered")
        await connection.sign_in(context.target.token)
    require(await connection.is_quiet(), "P-4.12", "something came unasked")
    answers = [frame for frame in connection.frames if frame["type"] == "pong"]
    require(len(answers) == 3, "P-4.12", f"three pings were answered by {len(answers)} pongs")
    successes = [frame for frame in connection.frames if frame["type"] == "auth.success"]
    require(len(successes) == 2, "P-4.5", f"two auth were answered by {len(successes)} auth.success")


@check("P-4.6", "P-4.7", "P-5.2")
async def the_model_that_a_command_names_answers(context: Context) -> None:
    """A model other than the conversation's, in a question and in another answer to it."""
    other = await find_model(context, lambda model: model["id"] != context.target.model)
    if other is None:
        raise Skipped("GET /api/models has no second available model")
    _, connection = await context.enter_new()
    accepted = await connection.ask(SHORT_QUESTION, model=other["id"])
    again = accepted
    for kind, requirement in (("chat.message", "P-4.6"), ("chat.regenerate", "P-4.7")):
        if kind == "chat.regenerate":
            again = await connection.command(kind, message_id=accepted["reply"]["id"], model=other["id"])
        used = again["reply"].get("model_used")
        require(used == other["id"], requirement, f"{kind} for {other['id']} was accepted for {used}")
        await connection.read_to_end(again["reply"]["id"])


@check("P-4.4", "P-6.1", "P-6.16")
async def commands_out_of_order_do_no_harm(context: Context) -> None:
    """Stop before a question, commands in one burst, a question before `auth`: each is answered."""
    conversation_id = await context.new_conversation()
    connection = await context.connect(conversation_id)
    await connection.must_refuse("P-6.1", "AUTH_REQUIRED", "chat.message", content="Too early")
    await connection.sign_in(context.target.token)
    await connection.send("chat.stop")
    await connection.expect_refusal("P-4.10", "NOT_FOUND")
    accepted = await connection.ask(SHORT_QUESTION)
    message_id = accepted["reply"]["id"]
    burst = [new_id() for _ in range(5)]
    for client_id in burst:
        await connection.send("chat.regenerate", client_id=client_id)
    left = set(burst)
    while left:
        frame = await connection.until(lambda frame: frame.get("client_id") in left, "a refusal of the burst")
        require(frame.get("code") == "INVALID_MESSAGE", "P-6.8", f"a burst was answered by {frame.get('code')}")
        left.discard(frame["client_id"])
    await context.verify(conversation_id, await connection.read_to_end(message_id))
