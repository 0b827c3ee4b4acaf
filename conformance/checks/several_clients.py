"""Sections 1 and 5: several clients of one answer, and clients that do not read."""

import asyncio
from typing import Any

from conformance.answer import AnswerCopy
from conformance.connection import Connection
from conformance.context import LONG_QUESTION, Context
from conformance.registry import check
from conformance.shapes import Frame
from conformance.violations import ClosedError, Skipped, Violation, require, required

POLL_SECONDS = 0.15
ROUND_TRIPS = 15
"""Answers to `ping` after which what is stored must have been sent: the server has had the time to."""


@check("P-5.11", "P-1.1", "P-1.3", "P-4.10", "P-5.2")
async def two_devices_see_the_same(context: Context) -> None:
    """Each connection gets `chat.accepted`, then the same text and end; either may stop."""
    conversation_id = await context.new_conversation()
    first, _ = await context.enter(conversation_id)
    second, _ = await context.enter(conversation_id)
    accepted = await first.ask(LONG_QUESTION)
    message_id = accepted["reply"]["id"]
    with required("P-5.11", "on the other device"):
        seen = await second.expect("chat.accepted")
    require(seen["reply"]["id"] == message_id, "P-5.11", "the other device got a different answer")
    require(seen["client_id"] == accepted["client_id"], "P-5.2", "the other device got a different client_id")
    one, two = await asyncio.gather(first.read_to_end(message_id), second.read_to_end(message_id))
    require(one.content == two.content, "P-1.1", "their texts differ")
    require(_end_of(one) == _end_of(two), "P-1.1", "their ends differ")
    await context.verify(conversation_id, one)
    await context.verify(conversation_id, two)
    another = (await second.ask(LONG_QUESTION))["reply"]["id"]
    await first.read_to_number(another, 1)
    await second.send("chat.stop")
    for connection in (first, second):
        answer = await connection.read_to_end(another)
        await context.verify(conversation_id, answer)


def _end_of(answer: AnswerCopy) -> Frame:
    """Return the terminal frame of an answer without `from`, which depends on the connection."""
    return {name: value for name, value in (answer.ended or {}).items() if name != "from"}


@check("P-5.14", "P-1.4", "P-1.3")
async def a_client_that_does_not_read_delays_no_other_and_loses_nothing(context: Context) -> None:
    """One device reads nothing until the other has everything; then it gets the same."""
    conversation_id = await context.new_conversation()
    slow, _ = await context.enter(conversation_id, max_queue=1)
    quick, _ = await context.enter(conversation_id)
    message_id = (await quick.ask(LONG_QUESTION))["reply"]["id"]
    await context.verify(conversation_id, await quick.read_to_end(message_id))
    try:
        answer = await slow.read_to_end(message_id)
    except ClosedError:
        raise Skipped("the server closed the connection of the client that did not read") from None
    require(answer.resets == 0, "P-1.4", "the client that did not read was reset")
    await context.verify(conversation_id, answer)


@check("P-5.14", "P-5.15", "P-1.3")
async def what_is_stored_has_been_sent(context: Context) -> None:
    """A follower that is up to date lags behind GET by no more than the server takes for a few pings."""
    conversation_id, connection, accepted = await context.start()
    answer = connection.answer(accepted["reply"]["id"])
    last_change, seq = asyncio.get_running_loop().time(), 0
    while answer.ended is None:
        await connection.drain(POLL_SECONDS)
        now = asyncio.get_running_loop().time()
        if answer.seq > seq:
            last_change, seq = now, answer.seq
        require(now - last_change < context.target.patience, "P-1.3", "nothing more of the answer comes")
        stored = await context.message(conversation_id, answer.message_id)
        await connection.drain(POLL_SECONDS)
        if lags(answer, stored):
            await _give_time(connection, answer, stored)
    await context.verify(conversation_id, answer)


def lags(answer: AnswerCopy, stored: dict[str, Any]) -> bool:
    """Return whether a connection lacks something that is stored."""
    is_over = stored["status"] not in {"pending", "streaming"}
    return answer.ended is None and (is_over or answer.seq < stored["seq"])


async def _give_time(connection: Connection, answer: AnswerCopy, stored: dict[str, Any]) -> None:
    for _ in range(ROUND_TRIPS):
        await asyncio.sleep(0.1)
        await connection.ping()
        if not lags(answer, stored):
            return
    is_over = stored["status"] not in {"pending", "streaming"}
    what = "the terminal frame is" if is_over else f"number {stored['seq']} is"
    raise Violation("P-1.3" if is_over else "P-5.14", f"{what} stored, and has not been sent")
