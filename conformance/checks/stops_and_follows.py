"""Section 4: `chat.stop` and `chat.follow`."""

import asyncio

from conformance.answer import AnswerCopy
from conformance.context import LONGEST_QUESTION, SHORT_QUESTION, Context
from conformance.registry import check
from conformance.shapes import TERMINAL, Frame
from conformance.violations import Skipped, require, required

MAX_SECONDS_AFTER_STOP = 3.0


@check("P-4.10", "P-7.1", "P-1.3")
async def stop_ends_an_answer_and_keeps_its_text(context: Context) -> None:
    """The text stays; a second stop sends the terminal frame again and changes nothing."""
    conversation_id, connection, accepted = await context.start()
    message_id = accepted["reply"]["id"]
    await connection.read_to_number(message_id, 1)
    await connection.send("chat.stop", message_id=message_id)
    answer = await connection.read_to_end(message_id)
    await context.verify(conversation_id, answer)
    status = (answer.ended or {}).get("status")
    require(status != "interrupted", "P-4.10", "an answer that its user stopped is called interrupted")
    for fields in ({}, {"message_id": message_id}):
        answer.may_repeat_end = True
        await connection.send("chat.stop", **fields)
        with required("P-4.10"):
            await connection.until(lambda frame: frame.get("done") is True, "the terminal frame again")
        require(answer.ended and answer.ended["status"] == status, "P-7.1", "a stop changed the status")
    stored = await context.verify(conversation_id, answer)
    require(stored["status"] in TERMINAL, "P-7.1", "the answer is active again")


@check("P-4.10")
async def stop_ends_the_answer_that_it_names_immediately(context: Context) -> None:
    """Not another answer, and long before the model is through."""
    conversation_id, connection, old = await context.ask_to_the_end(SHORT_QUESTION)
    old.may_repeat_end = True
    active = (await connection.ask(LONGEST_QUESTION))["reply"]["id"]
    answer = await connection.read_to_number(active, 1)
    await connection.send("chat.stop", message_id=old.message_id)
    with required("P-4.10"):
        again = await connection.until(lambda frame: frame.get("done") is True, "the terminal frame again")
    is_old = again["message_id"] == old.message_id
    require(is_old or again["status"] != "stopped", "P-4.10", "chat.stop did not end the answer that it names")
    if not is_old:
        raise Skipped("the model's answer ended too soon")
    await connection.send("chat.stop", message_id=active)
    await connection.ping()
    stopped_at, clock = answer.seq, asyncio.get_running_loop()
    deadline = clock.time() + MAX_SECONDS_AFTER_STOP
    while answer.ended is None:
        await connection.read_to_change(active, answer.seq)
        is_late = clock.time() > deadline and answer.ended is None
        require(not is_late, "P-4.10", f"after chat.stop, {answer.seq - stopped_at} more deltas came, and no end")
    await context.verify(conversation_id, answer)


@check("P-4.11", "P-1.4")
async def a_follow_of_a_running_answer_replaces_the_earlier_one(context: Context) -> None:
    """The answer begins again once, and then no text comes twice."""
    conversation_id, connection, accepted = await context.start(LONGEST_QUESTION)
    answer = await connection.read_to_number(accepted["reply"]["id"], 1)
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
    _, connection, whole = await context.ask_to_the_end()
    connection.checks_answers = False
    before = len(connection.frames)
    for _ in range(3):
        await connection.send("chat.follow", message_id=whole.message_id, run=whole.run, seq=0)
    await connection.ping()
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
