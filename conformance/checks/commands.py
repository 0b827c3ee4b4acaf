"""Section 4: commands, their effects and their order."""

import asyncio
import json
from typing import Any

from conformance.answer import AnswerCopy
from conformance.checks.attachments import find_model
from conformance.connection import ClosedError, Connection
from conformance.context import LONG_QUESTION, LONGEST_QUESTION, SHORT_QUESTION, Context, new_id
from conformance.registry import check
from conformance.shapes import TERMINAL, Frame
from conformance.violations import Skipped, Violation, require

STRANGE = '  a < b && c > d\t"List<String>" \u00e9e\u0301 \U0001f469\u200d\U0001f680 \u202e<script>\r\nend  '


@check("P-4.1", "P-4.6", "P-4.13", "P-10.3")
async def a_question_is_stored_exactly_and_unknown_fields_are_ignored(context: Context) -> None:
    """Blanks at the ends, markup and marks stay; `null` for an optional field is as if it were absent."""
    conversation_id = await context.new_conversation()
    connection, _ = await context.enter(conversation_id)
    accepted = await connection.ask(STRANGE, model=None, a_field_of_next_year={"x": [1]})
    require(accepted["message"]["content"] == STRANGE, "P-4.13", "chat.accepted has another text")
    await connection.to_the_end(accepted["reply"]["id"])
    stored = await context.message(conversation_id, accepted["message"]["id"])
    require(stored["content"] == STRANGE, "P-4.13", "GET has another text")
    next_one = await connection.ask(SHORT_QUESTION, attachments=None)
    leaf = accepted["reply"]["id"]
    require(next_one["message"]["parent_id"] == leaf, "P-4.6", "the next question does not follow the leaf")
    await connection.to_the_end(next_one["reply"]["id"])
    connection.answer(next_one["reply"]["id"]).may_repeat_end = True
    await connection.send("chat.stop", message_id=None)
    again = await connection.until(lambda frame: frame["type"] in {"chat.error", "chat.stream"}, "the end again")
    named = again.get("message_id")
    require(named == next_one["reply"]["id"], "P-4.1", f"message_id: null is not as if it were absent: {again}")
    root = await connection.ask(SHORT_QUESTION, parent_id=None)
    require(root["message"]["parent_id"] is None, "P-4.1", "parent_id: null does not make a new root")
    await connection.to_the_end(root["reply"]["id"])
    below = await connection.ask(SHORT_QUESTION, parent_id=accepted["reply"]["id"])
    require(below["message"]["parent_id"] == accepted["reply"]["id"], "P-4.6", "the question has another parent")
    await connection.to_the_end(below["reply"]["id"])


EDITED = " Answer with one word: no.\n"


@check("P-4.7", "P-4.8", "P-4.13", "P-5.2", "P-5.13", "P-3.1")
async def regenerate_and_edit_make_siblings(context: Context) -> None:
    """Another answer to the same question, and another version of the question; each raises the revision."""
    conversation_id, connection, accepted = await context.start(SHORT_QUESTION)
    question, reply = accepted["message"]["id"], accepted["reply"]["id"]
    await connection.to_the_end(reply)
    again = await connection.command("chat.regenerate", message_id=reply)
    require(again["kind"] == "regenerate", "P-5.2", f"accepted as {again['kind']!r}")
    require(again["message"]["id"] == question, "P-4.7", "regenerate has another question")
    require(again["reply"]["id"] != reply, "P-4.7", "regenerate wrote into the old answer")
    require(set(again["reply"]["sibling_ids"]) == {reply, again["reply"]["id"]}, "P-4.7", "the siblings are others")
    require(again["revision"] > accepted["revision"], "P-5.13", "the revision did not grow")
    require(again["run"] == 1, "P-3.1", f"the first run of another answer has the number {again['run']}")
    await context.verify(conversation_id, await connection.to_the_end(again["reply"]["id"]))
    edited = await connection.command("chat.edit", message_id=question, content=EDITED)
    require(edited["kind"] == "edit", "P-5.2", f"accepted as {edited['kind']!r}")
    require(edited["message"]["content"] == EDITED, "P-4.13", "the edited text is another")
    require(set(edited["message"]["sibling_ids"]) == {question, edited["message"]["id"]}, "P-4.8", "no sibling")
    require(edited["revision"] > again["revision"], "P-5.13", "the revision did not grow")
    await context.verify(conversation_id, await connection.to_the_end(edited["reply"]["id"]))
    branch = [message["id"] for message in await context.messages(conversation_id)]
    expected = [edited["message"]["id"], edited["reply"]["id"]]
    require(branch == expected, "P-4.8", "after an edit, GET shows another branch than that of the edited question")
    _, success = await context.enter(conversation_id)
    require(success["revision"] >= edited["revision"], "P-5.13", "auth.success has an older revision")
    require(success["leaf_id"] == edited["reply"]["id"], "P-5.1", "auth.success has another leaf")


@check("P-4.3", "P-4.2", "P-4.4", "P-5.13")
async def a_repeated_command_asks_nothing_twice(context: Context) -> None:
    """The same `client_id`: the same answer again, on any connection, while it is written and after."""
    conversation_id = await context.new_conversation()
    connection, _ = await context.enter(conversation_id)
    client_id = new_id()
    first = await connection.ask(LONG_QUESTION, client_id=client_id)
    message_id = first["reply"]["id"]
    for ended in (False, True):
        other, _ = await context.enter(conversation_id)
        try:
            await other.send("chat.message", client_id=client_id, content=LONG_QUESTION)
            repeated = await other.until(
                lambda frame: frame["type"] == "chat.accepted" or frame.get("client_id") == client_id,
                "the answer to a repeat",
            )
        except TimeoutError as error:
            raise Violation("P-4.3", str(error)) from None
        require(repeated["type"] == "chat.accepted", "P-4.3", f"a repeat was refused: {repeated.get('code')}")
        require(repeated["reply"]["id"] == message_id, "P-4.3", "a repeat started another answer")
        other.asked_for.add(message_id)
        other.answer(message_id).may_repeat_end = True
        await context.verify(conversation_id, await other.to_the_end(message_id))
        if not ended:
            await connection.to_the_end(message_id)
    await _require_reset_for_a_repeat(connection, "chat.message", client_id, message_id, content=LONG_QUESTION)
    await connection.send("chat.message", client_id=client_id, content="Something else")
    await connection.refusal("P-4.3", "INVALID_MESSAGE", client_id)
    messages = await context.messages(conversation_id)
    require(len(messages) == 2, "P-4.3", f"the conversation has {len(messages)} messages, not 2")
    _, before = await context.enter(conversation_id)
    status, _ = await context.call("DELETE", f"/api/conversations/{conversation_id}/messages/{messages[0]['id']}")
    require(status == 204, "P-4.3", f"DELETE of a message answered {status}")
    _, success = await context.enter(conversation_id)
    require(success["leaf_id"] is None, "P-5.1", "auth.success has a leaf that was deleted")
    require(success["revision"] > before["revision"], "P-5.13", "the revision did not grow with a deletion")
    await connection.send("chat.message", client_id=client_id, content=LONG_QUESTION)
    await connection.refusal("P-4.3", "NOT_FOUND", client_id)


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
        await connection.to_change(reply_id, answer.seq)


SECONDS_FOR_ANOTHER = 1.0


@check("P-4.3", "P-5.11")
async def a_repeated_command_is_answered_once(context: Context) -> None:
    """One repeat brings one `chat.accepted` and one reset, to the connection that repeats only."""
    conversation_id = await context.new_conversation()
    connection, _ = await context.enter(conversation_id)
    client_id = new_id()
    accepted = await connection.ask(SHORT_QUESTION, client_id=client_id)
    reply = accepted["reply"]["id"]
    await connection.to_the_end(reply)
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
    connection, _ = await context.enter(await context.new_conversation())
    first = new_id()
    await connection.send("chat.message", client_id=first, content=" ")
    await connection.refusal("P-6.9", "EMPTY_CONTENT", first)
    try:
        accepted = await connection.ask(LONGEST_QUESTION, client_id=first)
    except Violation as violation:
        raise Violation("P-4.3", f"the id of a refused command was remembered: {violation}") from None
    question, reply = accepted["message"]["id"], accepted["reply"]["id"]
    await connection.to_number(reply, 1)
    await connection.send("chat.stop", message_id=reply)
    await connection.to_the_end(reply)
    steps = [
        ("chat.regenerate", {"message_id": reply}),
        ("chat.edit", {"message_id": question, "content": SHORT_QUESTION}),
    ]
    if (connection.answer(reply).ended or {})["status"] == "stopped":
        steps.insert(0, ("chat.continue", {"message_id": reply}))
    for kind, fields in steps:
        client_id = new_id()
        made = (await connection.command(kind, client_id=client_id, **fields))["reply"]["id"]
        await connection.to_the_end(made)
        await _require_reset_for_a_repeat(connection, kind, client_id, made, **fields)
    await connection.send("chat.regenerate", client_id=first, message_id=reply)
    await connection.refusal("P-4.3", "INVALID_MESSAGE", first)


@check("P-4.3", "P-7.4")
async def one_command_on_two_connections_asks_once(context: Context) -> None:
    """The same `client_id` at the same time: both connections get the same answer."""
    conversation_id = await context.new_conversation()
    connections = [(await context.enter(conversation_id))[0] for _ in range(2)]
    client_id = new_id()
    asked = [connection.ask(SHORT_QUESTION, client_id=client_id) for connection in connections]
    accepted = await asyncio.gather(*asked)
    replies = {frame["reply"]["id"] for frame in accepted}
    require(len(replies) == 1, "P-4.3", f"one command started {len(replies)} answers")
    stored = await context.messages(conversation_id)
    require(len(stored) == 2, "P-4.3", f"the conversation has {len(stored)} messages, not 2")


@check("P-6.11", "P-7.4", "P-4.4")
async def one_answer_at_a_time(context: Context) -> None:
    """Of two questions that are asked at once, one is accepted; the order of refusals is as specified."""
    conversation_id = await context.new_conversation()
    connections = [(await context.enter(conversation_id))[0] for _ in range(2)]
    ids = [new_id(), new_id()]
    outcomes = []
    while True:
        for connection, client_id in zip(connections, ids, strict=True):
            await connection.send("chat.message", client_id=client_id, content=LONG_QUESTION)
        outcomes = [
            await connection.until(
                lambda frame, wanted=client_id: frame.get("client_id") == wanted, "the answer to a question"
            )
            for connection, client_id in zip(connections, ids, strict=True)
        ]
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
        client_id = new_id()
        await connection.send(kind, client_id=client_id, **fields)
        frame = await connection.until(lambda frame, wanted=client_id: frame.get("client_id") == wanted, "a refusal")
        if connection.answer(message_id).ended is not None:
            break
        require(frame.get("code") == code, "P-4.4", f"while busy, {kind} {fields} was refused with {frame.get('code')}")
    await context.verify(conversation_id, await connection.to_the_end(message_id))


@check("P-4.10", "P-7.1", "P-1.3")
async def stop_ends_an_answer_and_keeps_its_text(context: Context) -> None:
    """The text stays; a second stop sends the terminal frame again and changes nothing."""
    conversation_id, connection, accepted = await context.start()
    message_id = accepted["reply"]["id"]
    await connection.to_number(message_id, 1)
    await connection.send("chat.stop", message_id=message_id)
    answer = await connection.to_the_end(message_id)
    await context.verify(conversation_id, answer)
    status = (answer.ended or {}).get("status")
    require(status != "interrupted", "P-4.10", "an answer that its user stopped is called interrupted")
    for fields in ({}, {"message_id": message_id}):
        answer.may_repeat_end = True
        await connection.send("chat.stop", **fields)
        try:
            await connection.until(lambda frame: frame.get("done") is True, "the terminal frame again")
        except TimeoutError as error:
            raise Violation("P-4.10", str(error)) from None
        require(answer.ended and answer.ended["status"] == status, "P-7.1", "a stop changed the status")
    stored = await context.verify(conversation_id, answer)
    require(stored["status"] in TERMINAL, "P-7.1", "the answer is active again")


@check("P-4.10")
async def stop_ends_the_answer_that_it_names_at_once(context: Context) -> None:
    """Not another one that is being written, and long before the model is through."""
    conversation_id, connection, accepted = await context.start(SHORT_QUESTION)
    old = accepted["reply"]["id"]
    await connection.to_the_end(old)
    connection.answer(old).may_repeat_end = True
    active = (await connection.ask(LONGEST_QUESTION))["reply"]["id"]
    answer = await connection.to_number(active, 1)
    await connection.send("chat.stop", message_id=old)
    try:
        again = await connection.until(lambda frame: frame.get("done") is True, "the terminal frame again")
    except TimeoutError as error:
        raise Violation("P-4.10", str(error)) from None
    is_old = again["message_id"] == old
    require(is_old or again["status"] != "stopped", "P-4.10", "chat.stop ended another answer than it names")
    if not is_old:
        raise Skipped("the model's answer ended too soon")
    await connection.send("chat.stop", message_id=active)
    await connection.send("ping")
    await connection.expect("pong")
    stopped_at, clock = answer.seq, asyncio.get_running_loop()
    deadline = clock.time() + MOST_SECONDS_AFTER_STOP
    while answer.ended is None:
        await connection.to_change(active, answer.seq)
        is_late = clock.time() > deadline and answer.ended is None
        require(not is_late, "P-4.10", f"after chat.stop, {answer.seq - stopped_at} more deltas came, and no end")
    await context.verify(conversation_id, answer)


MOST_SECONDS_AFTER_STOP = 3.0


@check("P-4.11", "P-1.4")
async def a_follow_of_a_running_answer_replaces_the_earlier_one(context: Context) -> None:
    """The answer begins again once, and then no text comes twice."""
    conversation_id, connection, accepted = await context.start(LONGEST_QUESTION)
    answer = await connection.to_number(accepted["reply"]["id"], 1)
    connection.checks_answers = False  # Frames that were sent before come first.
    before = len(connection.frames)
    await connection.send("chat.follow", message_id=answer.message_id, run=1, seq=0)
    frame: Frame = {}
    while not frame.get("done"):
        frame = await connection.until(lambda other: other.get("message_id") == answer.message_id, "the next frame")
    require(await connection.is_quiet(), "P-4.11", "the earlier follow was sent to its end too")
    begins = 0
    for frame in connection.frames[before:]:
        if frame.get("message_id") != answer.message_id or "seq" not in frame:
            continue
        if frame["from"] == 0 and not frame.get("done"):
            begins += 1
            answer = AnswerCopy(answer.message_id)
        require(frame["from"] == answer.seq, "P-4.11", f"from {frame['from']} came after {answer.seq}")
        answer.take(frame)
    require(begins == 1, "P-4.11", f"the answer began again {begins} times")
    await context.verify(conversation_id, answer)


@check("P-4.11")
async def a_repeated_follow_replaces_the_earlier_one(context: Context) -> None:
    """Of several follows of one answer, the last one is complete, and none is mixed into another."""
    _, connection, whole = await context.answered()
    connection.checks_answers = False
    before = len(connection.frames)
    for _ in range(3):
        await connection.send("chat.follow", message_id=whole.message_id, run=whole.run, seq=0)
    await connection.send("ping")
    await connection.expect("pong")
    await connection.drain(1)
    seq, content = -1, ""
    for frame in connection.frames[before:]:
        if "seq" not in frame:
            continue
        if frame["from"] == 0:
            content = ""
        else:
            require(frame["from"] == seq, "P-4.11", f"from {frame['from']} came after {seq}")
        seq, content = frame["seq"], content + frame.get("content", "")
        if frame["type"] == "chat.reasoning":
            content = content.removesuffix(frame["content"])
    require((seq, content) == (whole.seq, whole.content), "P-4.11", f"the last follow ended at {seq}")


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


UNKNOWN = "00000000-0000-4000-8000-000000000000"
LARGEST = 2**53 - 1
WRONG: tuple[tuple[str | dict[str, Any], str | None, str, str], ...] = (
    ("{", "INVALID_JSON", "P-6.6", ""),
    ("[]", "INVALID_JSON", "P-6.6", ""),
    ('"ping"', "INVALID_JSON", "P-6.6", ""),
    ("null", "INVALID_JSON", "P-6.6", ""),
    ('{"type": "ping", "x": NaN}', "INVALID_JSON", "P-6.6", ""),
    ({"type": "chat.delete"}, "UNKNOWN_TYPE", "P-6.7", ""),
    ({"type": "tool.result"}, "UNKNOWN_TYPE", "P-6.7", ""),
    ({}, None, "P-6.16", ""),
    ({"type": 1}, None, "P-6.16", ""),
    ({"type": "chat.message"}, "INVALID_MESSAGE", "P-6.8", "content"),
    ({"type": "chat.message", "content": 1}, "INVALID_MESSAGE", "P-6.8", "content"),
    ({"type": "chat.message", "content": ""}, "EMPTY_CONTENT", "P-6.9", ""),
    ({"type": "chat.message", "content": " \n\t "}, "EMPTY_CONTENT", "P-6.9", ""),
    ({"type": "chat.message", "content": "\u3000\u200b\u200d\ufeff"}, "EMPTY_CONTENT", "P-6.9", ""),
    ({"type": "chat.message", "content": "\u2800\u3164\u2060"}, "EMPTY_CONTENT", "P-6.9", ""),
    ({"type": "chat.message", "content": "a\0b"}, "INVALID_MESSAGE", "P-4.13", "content"),
    ({"type": "chat.message", "content": "a\ud800b"}, "INVALID_MESSAGE", "P-4.13", "content"),
    ({"type": "chat.message", "content": "a", "model": ""}, "INVALID_MESSAGE", "P-4.14", "model"),
    ({"type": "chat.message", "content": "a", "model": 1}, "INVALID_MESSAGE", "P-4.14", "model"),
    ({"type": "chat.message", "content": "a", "model": "m" * 201}, "INVALID_MESSAGE", "P-4.14", "model"),
    ({"type": "chat.message", "content": "a", "model": "no-such-model"}, "INVALID_MESSAGE", "P-4.14", "model"),
    ({"type": "chat.message", "content": "a", "parent_id": "x"}, "INVALID_MESSAGE", "P-6.8", "parent_id"),
    ({"type": "chat.message", "content": "a", "parent_id": UNKNOWN}, "NOT_FOUND", "P-6.10", ""),
    ({"type": "chat.message", "content": "a", "client_id": "x"}, "INVALID_MESSAGE", "P-4.2", "client_id"),
    ({"type": "chat.regenerate"}, "INVALID_MESSAGE", "P-6.8", "message_id"),
    ({"type": "chat.regenerate", "message_id": UNKNOWN}, "NOT_FOUND", "P-6.10", ""),
    ({"type": "chat.continue", "message_id": UNKNOWN}, "NOT_FOUND", "P-6.10", ""),
    ({"type": "chat.edit", "message_id": UNKNOWN, "content": "a"}, "NOT_FOUND", "P-6.10", ""),
    ({"type": "chat.edit", "message_id": UNKNOWN}, "INVALID_MESSAGE", "P-6.8", "content"),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": 1, "seq": 0}, "NOT_FOUND", "P-6.10", ""),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": LARGEST, "seq": LARGEST}, "NOT_FOUND", "P-4.14", ""),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": 1, "seq": LARGEST + 1}, "INVALID_MESSAGE", "P-4.14", "seq"),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": 1, "seq": -1}, "INVALID_MESSAGE", "P-4.14", "seq"),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": 1.5, "seq": 0}, "INVALID_MESSAGE", "P-4.14", "run"),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": "1", "seq": 0}, "INVALID_MESSAGE", "P-4.14", "run"),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": True, "seq": 0}, "INVALID_MESSAGE", "P-4.14", "run"),
    ({"type": "chat.follow", "message_id": UNKNOWN, "run": 1}, "INVALID_MESSAGE", "P-4.14", "seq"),
    ({"type": "chat.stop", "message_id": UNKNOWN}, "NOT_FOUND", "P-6.10", ""),
    ({"type": "chat.stop", "message_id": 1}, "INVALID_MESSAGE", "P-6.8", "message_id"),
)
"""Frames that are refused, with the code (None: any), the requirement, and the field that the sentence must name."""


@check("P-6.6", "P-6.7", "P-6.8", "P-6.9", "P-6.10", "P-6.16", "P-4.2", "P-4.13", "P-4.14", "P-10.3", "P-5.6")
async def every_wrong_frame_is_refused_with_its_code(context: Context) -> None:
    """JSON of any shape, unknown types, wrong fields: each is answered, and the connection stays open."""
    conversation_id = await context.new_conversation()
    connection, _ = await context.enter(conversation_id)
    for wrong, code, requirement, named in WRONG:
        client_id = new_id() if isinstance(wrong, dict) and "client_id" not in wrong else None
        connection.sent_ids.add(str(client_id))
        given = {"client_id": client_id} if client_id else {}
        text = wrong if isinstance(wrong, str) else json.dumps(wrong | given)
        frame = await _refusal_of(connection, text, requirement)
        require(code in {None, frame["code"]}, requirement, f"{text} was refused with {frame['code']}, not {code}")
        require("done" not in frame, "P-5.6", "a refusal is terminal")
        require(named in frame["error"], "P-4.14", f"the refusal of {text} does not name {named}: {frame['error']}")
        require(frame.get("client_id") == client_id, "P-4.2", f"the refusal of {text} has {frame.get('client_id')}")
    require(await context.messages(conversation_id) == [], "P-4.4", "a refused command stored something")


async def _refusal_of(connection: Connection, text: str, requirement: str) -> Frame:
    """Send a frame, and return its refusal."""
    await connection.send_text(text)
    try:
        frame = await connection.until(lambda frame: frame["type"] != "ping", f"the refusal of {text}")
    except TimeoutError as error:
        raise Violation("P-6.16", str(error)) from None
    except ClosedError as closed:
        raise Violation(requirement, f"{text} closed the connection with {closed.code}") from None
    require(frame["type"] == "chat.error", requirement, f"{text} was answered by {frame['type']}")
    return frame


DEPTHS = (60, 5_000)


@check("P-6.16")
async def deeply_nested_json_is_answered(context: Context) -> None:
    """By `pong`, because unknown fields are ignored, or by a refusal; and the connection stays open."""
    connection, _ = await context.enter(await context.new_conversation())
    for depth in DEPTHS:
        await connection.send_text('{"type": "ping", "x": ' + "[" * depth + "]" * depth + "}")
        try:
            await connection.until(lambda frame: frame["type"] in {"pong", "chat.error"}, "an answer to nested JSON")
        except TimeoutError as error:
            raise Violation("P-6.16", str(error)) from None
        except ClosedError as closed:
            raise Violation("P-6.16", f"nested JSON closed the connection with {closed.code}") from None


@check("P-4.6", "P-4.7", "P-5.2")
async def the_model_that_a_command_names_answers(context: Context) -> None:
    """Another model than that of the conversation, in a question and in another answer to it."""
    other = await find_model(context, lambda model: model["id"] != context.target.model)
    if other is None:
        raise Skipped("GET /api/models has no second available model")
    connection, _ = await context.enter(await context.new_conversation())
    accepted = await connection.ask(SHORT_QUESTION, model=other["id"])
    again = accepted
    for kind, requirement in (("chat.message", "P-4.6"), ("chat.regenerate", "P-4.7")):
        if kind == "chat.regenerate":
            again = await connection.command(kind, message_id=accepted["reply"]["id"], model=other["id"])
        used = again["reply"].get("model_used")
        require(used == other["id"], requirement, f"{kind} for {other['id']} was accepted for {used}")
        await connection.to_the_end(again["reply"]["id"])


@check("P-4.13")
async def the_refusal_of_a_character_says_which_and_where(context: Context) -> None:
    """The sentences for NUL, for a lone surrogate, and for another place differ."""
    connection, _ = await context.enter(await context.new_conversation())
    sentences = set()
    for content in ("a\0b", "abc\0d", "a\ud800b"):
        frame = await _refusal_of(connection, json.dumps({"type": "chat.message", "content": content}), "P-4.13")
        require(frame["code"] == "INVALID_MESSAGE", "P-4.13", f"{content!r} was refused with {frame['code']}")
        sentences.add(frame["error"])
    require(len(sentences) == 3, "P-4.13", f"the refusals of different characters are alike: {sorted(sentences)}")


@check("P-4.6", "P-4.7", "P-4.8", "P-4.9", "P-4.11", "P-6.8", "P-6.10", "P-7.1")
async def commands_for_messages_of_the_wrong_kind_are_refused(context: Context) -> None:
    """A question is not an answer, an answer is not a question, and a complete answer cannot be continued."""
    conversation_id, connection, accepted = await context.start(SHORT_QUESTION)
    question, reply = accepted["message"]["id"], accepted["reply"]["id"]
    ended = (await connection.to_the_end(reply)).ended or {}
    for requirement, code, kind, fields in (
        ("P-4.6", "INVALID_MESSAGE", "chat.message", {"content": "a", "parent_id": question}),
        ("P-4.7", "INVALID_MESSAGE", "chat.regenerate", {"message_id": question}),
        ("P-4.8", "INVALID_MESSAGE", "chat.edit", {"message_id": reply, "content": "a"}),
        ("P-4.9", "INVALID_MESSAGE", "chat.continue", {"message_id": question}),
        ("P-7.1", "INVALID_MESSAGE", "chat.continue", {"message_id": reply}),
        ("P-4.11", "NOT_FOUND", "chat.follow", {"message_id": question, "run": 1, "seq": 0}),
        ("P-4.10", "NOT_FOUND", "chat.stop", {"message_id": question}),
    ):
        if requirement == "P-7.1" and ended["status"] != "complete":
            continue
        client_id = new_id()
        await connection.send(kind, client_id=client_id, **fields)
        frame = await connection.until(lambda frame, wanted=client_id: frame.get("client_id") == wanted, f"a {code}")
        found = frame.get("code") or frame["type"]
        require(found == code, requirement, f"{kind} {fields} was answered by {found}, not {code}")
    stored = await context.messages(conversation_id)
    require([message["id"] for message in stored] == [question, reply], "P-4.4", "a refused command stored something")


@check("P-6.9", "P-4.13")
async def a_question_that_is_too_long_is_refused(context: Context) -> None:
    """One code point more than `/api/limits` says; the longest one is not."""
    status, limits = await context.call("GET", "/api/limits", token="")
    if status != 200 or not isinstance(limits.get("message_max"), int) or limits["message_max"] > 400_000:
        raise Skipped("the server does not tell how long a message may be, or takes very long ones")
    connection, _ = await context.enter(await context.new_conversation())
    client_id = new_id()
    await connection.send("chat.message", client_id=client_id, content="x" * (limits["message_max"] + 1))
    await connection.refusal("P-6.9", "MESSAGE_TOO_LONG", client_id)
    # Text is checked before the target (P-4.4), so that no model is asked.
    for character in ("x", "\U0001f600"):
        client_id, content = new_id(), character * limits["message_max"]
        await connection.send("chat.message", client_id=client_id, content=content, parent_id=UNKNOWN)
        await connection.refusal("P-4.13", "NOT_FOUND", client_id)


@check("P-4.4", "P-6.1", "P-6.16")
async def commands_out_of_order_do_no_harm(context: Context) -> None:
    """Stop before a question, commands in one burst, a question before `auth`: each is answered."""
    conversation_id = await context.new_conversation()
    connection = await context.connect(conversation_id)
    early = new_id()
    await connection.send("chat.message", client_id=early, content="Too early")
    await connection.refusal("P-6.1", "AUTH_REQUIRED", early)
    await connection.sign_in(context.target.token)
    await connection.send("chat.stop")
    await connection.refusal("P-4.10", "NOT_FOUND")
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
    await context.verify(conversation_id, await connection.to_the_end(message_id))
