"""Sections 1 and 3: numbers, positions, resets, and clients that are cut off."""

import asyncio
from typing import Any

from conformance.answer import AnswerCopy, find_changes
from conformance.connection import ANSWER_SECONDS, Connection
from conformance.context import LONG_QUESTION, LONGEST_QUESTION, Context
from conformance.registry import check
from conformance.shapes import ACTIVE
from conformance.violations import Skipped, require, required

MAX_POSITIONS = 40
MAX_CUTS = 150
MAX_JOINS = 4
DELTAS_BETWEEN_JOINS = 60

UNCHANGED = ("id", "role", "parent_id", "sibling_ids", "created_at", "run", "model_used")
"""The fields of an answer that its first run does not change."""


def some_positions(whole: AnswerCopy) -> list[int]:
    """Return numbers that a client can have, spread over the answer, without the end."""
    numbers = sorted(number for number in whole.texts if number < whole.seq)
    step = max(1, len(numbers) // MAX_POSITIONS)
    return [0, *numbers[::step]]


@check(
    *("P-1.3", "P-1.4", "P-2.1", "P-3.1", "P-3.2", "P-3.3", "P-3.7"),
    *("P-5.2", "P-5.3", "P-5.4", "P-5.5", "P-5.8", "P-5.13", "P-5.15"),
)
async def an_answer_is_numbered_without_gaps_and_is_what_is_stored(context: Context) -> None:
    """From `chat.accepted` to one terminal frame; GET agrees as soon as that has come."""
    conversation_id, connection, accepted = await context.start()
    reply = accepted["reply"]
    require(accepted["kind"] == "message", "P-5.2", f"a message was accepted as {accepted['kind']!r}")
    require(accepted["run"] == 1, "P-3.1", f"the first run has the number {accepted['run']}")
    require(reply["status"] in ACTIVE, "P-5.2", f"a new answer is accepted as {reply['status']!r}")
    require(accepted["message"]["content"] == LONG_QUESTION, "P-5.2", "chat.accepted has a different question")
    before = connection.frames[0]["revision"]
    require(accepted["revision"] > before, "P-5.13", "the revision did not grow with a question")
    answer = await connection.read_to_end(reply["id"])
    require(answer.run == 1, "P-3.1", f"the answer's run is {answer.run}")
    require(answer.resets == 0, "P-3.4", "an answer that was followed from its beginning was reset")
    require(answer.content, "P-5.3", "the model gave no text: choose another model")
    stored = await context.verify(conversation_id, answer)
    require(await connection.is_quiet(), "P-1.3", "something came after the terminal frame")
    messages = await context.messages(conversation_id)
    require([m["id"] for m in messages] == [accepted["message"]["id"], reply["id"]], "P-3.7", "GET has a wrong order")
    require(accepted["message"] == messages[0], "P-5.2", "chat.accepted and GET have different questions")
    require(set(reply) == set(stored), "P-5.2", "the answers of chat.accepted and GET have different fields")
    changed = [name for name in UNCHANGED if reply.get(name) != stored.get(name)]
    require(not changed, "P-5.2", f"the answers of chat.accepted and GET differ in {changed}")
    await _require_update(connection, accepted["revision"])


@check("P-5.4", "P-1.1", "P-3.5")
async def reasoning_is_kept_apart(context: Context) -> None:
    """Live and as a reset, reasoning comes before the text, in separate frames, and GET has the same."""
    if not context.target.reasoning_question:
        raise Skipped("needs a question before whose answer the model reasons")
    conversation_id, connection, answer = await context.ask_to_the_end(context.target.reasoning_question)
    await context.verify(conversation_id, answer)
    if not (await context.message(conversation_id, answer.message_id))["reasoning"]:
        raise Skipped("the model did not reason")
    kinds = [frame["type"] for frame in connection.frames if "seq" in frame]
    require("chat.reasoning" in kinds, "P-5.4", "the reasoning that is stored was not sent as chat.reasoning")
    again = AnswerCopy(answer.message_id)
    await connection.follow(again)
    await connection.read_to_end(answer.message_id)
    require((again.content, again.reasoning) == (answer.content, answer.reasoning), "P-1.1", "a replay differs")


async def _require_update(connection: Connection, revision: int) -> None:
    """Require the `conversation.updated` that follows a terminal frame, with nothing but its revision."""

    def is_update(frame: dict[str, Any]) -> bool:
        return frame["type"] == "conversation.updated" and not set(frame) - {"type", "revision"}

    ends = [place for place, frame in enumerate(connection.frames) if frame.get("done") is True]
    updates = [frame for frame in connection.frames[ends[-1] :] if is_update(frame)]
    with required("P-5.8"):
        update = updates[0] if updates else await connection.until(is_update, "conversation.updated after the end")
    require(update["revision"] > revision, "P-5.13", "the revision did not grow with the end of the answer")


@check("P-1.1", "P-3.2", "P-3.7", "P-4.11", "P-5.12")
async def every_position_of_an_ended_answer_gives_the_rest(context: Context) -> None:
    """A client that has any prefix gets exactly what follows, without a reset, then the terminal frame."""
    conversation_id, connection, whole = await context.ask_to_the_end()
    for seq in some_positions(whole):
        answer = whole.copy_at(seq)
        await connection.follow(answer)
        await connection.read_to_end(answer.message_id)
        require((answer.content, answer.reasoning) == (whole.content, whole.reasoning), "P-1.1", "the text differs")
        require(answer.seq == whole.seq, "P-1.1", f"from {seq}, the numbers end at {answer.seq}, not {whole.seq}")
        require(answer.ended and whole.ended, "P-1.3", "the terminal frame is missing")
        status, changes = (answer.ended or {})["status"], find_changes(whole.ended or {}, answer.ended or {})
        same = status == (whole.ended or {})["status"] and not changes
        require(same, "P-1.1", f"the endings differ: {status}, {changes}")
        require(seq == 0 or answer.resets == 0, "P-1.4", f"the position {seq} was answered by a reset")
    other, success = await context.enter(conversation_id, whole.copy_at(some_positions(whole)[-1]))
    require(success["active"] is None, "P-5.1", "an ended answer is called active")
    answer = await other.read_to_end(whole.message_id)
    require(answer.content == whole.content and answer.resets == 0, "P-5.12", "resume does not give the rest")
    again = [frame for frame in other.frames if frame["type"] == "chat.accepted"]
    require(not again, "P-5.12", "after the end of an answer, resume sends its chat.accepted")
    idle, _ = await context.enter(conversation_id)
    require(await idle.is_quiet(), "P-5.12", "without resume, an answer that has ended is sent")
    stored = await context.verify(conversation_id, whole)
    shown = AnswerCopy(whole.message_id, stored["run"], stored["seq"], stored["content"], stored["reasoning"])
    await other.follow(shown)
    await other.read_to_end(whole.message_id)
    require(shown.resets == 0 and shown.content == whole.content, "P-3.7", "replay and live do not join")


@check("P-1.1", "P-1.2", "P-1.4", "P-2.1", "P-3.2", "P-3.4", "P-5.11", "P-5.12")
async def a_client_that_is_cut_after_every_frame_loses_nothing(context: Context) -> None:
    """The connection breaks after each frame of an answer; each time, the client continues from its position."""
    conversation_id, connection, accepted = await context.start()
    answer = connection.answer(accepted["reply"]["id"])
    cuts = 0
    while answer.ended is None and cuts < MAX_CUTS:
        before = answer.seq
        await connection.read_to_change(answer.message_id, before)
        require(answer.resets == 0, "P-5.12", f"a position that the server gave was answered by a reset ({cuts} cuts)")
        await connection.cut()
        if answer.ended is None:
            cuts += 1
            connection, _ = await context.enter(conversation_id, answer)
    await connection.read_to_end(answer.message_id)
    await context.verify(conversation_id, answer)


@check("P-1.2", "P-1.1", "P-5.12")
async def the_end_of_all_connections_does_not_end_an_answer(context: Context) -> None:
    """With no client connected, the answer is written to its end; the next one gets all of it."""
    conversation_id, connection, accepted = await context.start()
    message_id = accepted["reply"]["id"]
    await connection.read_to_number(message_id, 1)
    await connection.cut()
    clock = asyncio.get_running_loop()
    began = changed = clock.time()
    seq = -1
    while (stored := await context.message(conversation_id, message_id))["status"] in {"pending", "streaming"}:
        if stored["seq"] > seq:
            seq, changed = stored["seq"], clock.time()
        require(clock.time() < changed + context.target.patience, "P-1.2", "the answer is no longer written")
        if clock.time() > began + ANSWER_SECONDS:
            break
        await asyncio.sleep(0.2)
    require(stored["status"] not in {"stopped", "interrupted"}, "P-1.2", f"the answer ended as {stored['status']}")
    other, _ = await context.enter(conversation_id, AnswerCopy(message_id))
    if stored["status"] in ACTIVE:
        await other.send("chat.stop", message_id=message_id)
        other.answer(message_id).may_repeat_end = True
    await context.verify(conversation_id, await other.read_to_end(message_id))


@check("P-3.4", "P-3.5", "P-3.6", "P-1.4")
async def a_position_that_cannot_be_continued_is_answered_by_a_reset(context: Context) -> None:
    """Ahead of the server, of a run that never existed, of a run too far back: all of it comes again."""
    conversation_id, connection, whole = await context.ask_to_the_end()
    ahead = [(whole.run, whole.seq + 1), (whole.run, whole.seq + 1000), (whole.run + 1, whole.seq), (whole.run + 7, 1)]
    for run, seq in (*ahead, (0, 1)):
        for resumes in (False, True):
            wrong = AnswerCopy(whole.message_id, run, seq, "wrong")
            place = f"run {run}, seq {seq}"
            if resumes:
                await connection.close()
                connection, _ = await context.enter(conversation_id)
            frames = len(connection.frames)
            await _send_wrong(connection, wrong)
            answer = await connection.read_to_end(whole.message_id)
            sent = [frame for frame in connection.frames[frames:] if "seq" in frame]
            require(sent and sent[0].get("reset") is True, "P-3.4", f"{place} was not answered by a reset")
            require([f.get("reset") for f in sent].count(True) == 1, "P-3.5", "more than one frame is a reset")
            require((answer.content, answer.seq) == (whole.content, whole.seq), "P-3.4", f"after {place}, it differs")


@check("P-3.4", "P-5.12", "P-1.4")
async def a_wrong_position_of_an_answer_that_is_written_is_reset(context: Context) -> None:
    """Ahead of the server, by `chat.follow` and by `resume`: all of it comes again, and then the rest."""
    conversation_id, connection, accepted = await context.start(LONGEST_QUESTION)
    message_id = accepted["reply"]["id"]
    answer = await connection.read_to_number(message_id, 1)
    ahead = AnswerCopy(message_id, 1, 900_000)
    connection.checks_answers = False  # It follows already: frames that were sent before come first.
    before = len(connection.frames)
    await connection.send("chat.follow", **ahead.position)
    late = await context.connect(conversation_id)
    late.answers[message_id] = AnswerCopy(message_id, seq=-1)
    await late.sign_in(context.target.token, ahead.position)
    await context.verify(conversation_id, await late.read_to_end(message_id))
    await connection.until(lambda frame: frame.get("done") is True, "the terminal frame")
    sent = [frame for frame in connection.frames[before:] if frame.get("message_id") == message_id and "seq" in frame]
    resets = [place for place, frame in enumerate(sent) if frame.get("reset") is True]
    require(resets, "P-3.4", "a position ahead of the server was not answered by a reset")
    require(len(resets) == 1, "P-3.5", f"there were {len(resets)} resets, not one")
    for frame in sent:
        answer.take(frame)
    await context.verify(conversation_id, answer)


@check("P-3.7", "P-1.1", "P-1.4")
async def the_text_of_get_joins_what_is_being_written(context: Context) -> None:
    """A client shows what GET has of an unfinished answer, and resumes from its `run` and `seq`."""
    conversation_id, connection, accepted = await context.start(LONGEST_QUESTION)
    answer = await connection.read_to_number(accepted["reply"]["id"], 1)
    joined: list[Connection] = []
    while answer.ended is None and len(joined) < MAX_JOINS:
        stored = await context.message(conversation_id, answer.message_id)
        if stored["status"] not in ACTIVE:
            break
        shown = AnswerCopy(answer.message_id, stored["run"], stored["seq"], stored["content"], stored["reasoning"])
        joined.append((await context.enter(conversation_id, shown))[0])
        await connection.read_to_number_or_end(answer.message_id, answer.seq + DELTAS_BETWEEN_JOINS)
    if not joined:
        raise Skipped("the model's answer ended too soon")
    for other in joined:
        await context.verify(conversation_id, await other.read_to_end(answer.message_id))


async def _send_wrong(connection: Connection, wrong: AnswerCopy) -> None:
    """Follow from a wrong position; the copy has no number that a frame could follow without a reset."""
    await connection.send("chat.follow", **wrong.position)
    connection.asked_for.add(wrong.message_id)
    connection.answers[wrong.message_id] = AnswerCopy(wrong.message_id, seq=-1)


@check("P-3.1", "P-3.6", "P-4.9", "P-4.10", "P-5.11", "P-7.1")
async def a_continued_answer_continues_its_numbers(context: Context) -> None:
    """`chat.continue` begins run 2 after the last number; a client of run 1 needs no reset."""
    conversation_id, connection, accepted = await context.start()
    message_id = accepted["reply"]["id"]
    await connection.read_to_number(message_id, 2)
    await connection.send("chat.stop")
    first = await connection.read_to_end(message_id)
    if first.ended is None or first.ended["status"] != "stopped":
        raise Skipped("the model's answer ended too soon")
    stopped = AnswerCopy(message_id, first.run, first.seq, first.content, first.reasoning)
    earlier = first.copy_at(max(number for number in first.texts if number < first.seq))
    late, _ = await context.enter(conversation_id)
    again = await connection.command("chat.continue", message_id=message_id)
    require(again["run"] == 2, "P-4.9", f"the continuation is run {again['run']}")
    require(again["kind"] == "continue", "P-5.2", f"a continuation was accepted as {again['kind']!r}")
    answer = await connection.read_to_end(message_id)
    require((answer.run, answer.resets) == (2, 0), "P-3.1", f"run {answer.run} after {answer.resets} resets")
    require(answer.content.startswith(stopped.content), "P-4.9", "the continuation changed the text before it")
    await context.verify(conversation_id, answer)
    whole = await late.read_to_end(message_id)
    require(whole.content == answer.content, "P-5.11", "a connection without the first run does not get its text")
    for position in (stopped, earlier):
        before = len(connection.frames)
        await connection.follow(position)
        await connection.read_to_end(message_id)
        runs = {frame["run"] for frame in connection.frames[before:] if "seq" in frame}
        require(runs == {2}, "P-3.6", f"run 1, seq {position.seq} was answered by frames of the runs {runs}")
        require(position.resets == 0, "P-3.6", f"run 1, seq {position.seq} was answered by a reset")
        require(position.content == answer.content, "P-3.6", "a client of run 1 gets a different text")
