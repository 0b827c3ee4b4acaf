"""Endings that cannot be stored: a fault ends the answer as `error`, an outage delays it.

See docs/protocol.md: P-6.15, P-7.6; invariants I-1 and I-2.
"""

import asyncio

from django.db import OperationalError
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, pause, until
from testkit.statement_watch import StatementWatch
from tests.chat.socket.conversations import OpenConversation, assert_stored, begin_answer
from tests.log_lines import ReadLog

FAULT = RuntimeError("a fault that trying again does not cure")
OUTAGE = OperationalError("the database is down")
STORE_ENDING = "UPDATE chat_message SET content = %s, reasoning = %s, seq = %s, token_count"


async def test_a_fault_of_the_index_costs_no_text(
    statement_watch: StatementWatch, conversation: OpenConversation, chat_server: LiveServer, read_log: ReadLog
) -> None:
    with statement_watch.failure(FAULT, of="INTO chat_searchentry (conversation_id, message_id"):
        answer = await conversation.socket.ask_to_the_end("One")
        await assert_stored(conversation, answer, "complete")
        assert (await conversation.socket.ask_to_the_end("Two")).content == "Echo: Two"
        lines = await until(lambda: read_log("text_not_indexed"), "the fault")
        await asyncio.to_thread(chat_server.stop)
    assert {line["level"] for line in lines} == {"error"}
    assert "in fail" in lines[0]["exception"], "the traceback leads to where it happened"

    chat_server.start()
    for word in ("echo", "one"):
        while not (await conversation.user.call("GET", f"/search?q={word}", expect=200))["hits"]:
            await pause()  # They are indexed soon after the start; the test has a time limit.


async def test_an_ending_that_cannot_be_stored_becomes_an_error_with_its_text(
    statement_watch: StatementWatch, conversation: OpenConversation, chat_server: LiveServer
) -> None:
    with statement_watch.failure(FAULT, of=STORE_ENDING, only=1):
        answer = await conversation.socket.ask_to_the_end("One")
    assert answer.content == "Echo: One"
    assert answer.ended["code"] == "INTERNAL_ERROR"
    stored = await assert_stored(conversation, answer, "error")
    assert stored["error_code"] == "INTERNAL_ERROR"
    assert (await conversation.socket.ask_to_the_end("Two")).content == "Echo: Two"
    await asyncio.to_thread(chat_server.stop)


async def test_an_answer_that_no_attempt_stores_is_ended_once_it_can_be(
    statement_watch: StatementWatch, conversation: OpenConversation, read_log: ReadLog, settings: Settings
) -> None:
    settings.TAKEOVER_PAUSE_ALONE_SECONDS = 0.05
    with statement_watch.failure(FAULT, of=STORE_ENDING):
        answer_id = (await conversation.socket.ask("One"))["reply"]["id"]
        await until(lambda: read_log("ending_not_stored"), "the attempt")
    answer = await conversation.socket.read_to_the_end(answer_id)
    assert answer.content == "Echo: One"
    await assert_stored(conversation, answer, "interrupted")
    assert (await conversation.socket.ask_to_the_end("Two")).content == "Echo: Two"


async def test_an_outage_of_the_database_delays_the_ending(
    statement_watch: StatementWatch,
    conversation: OpenConversation,
    model_server: ModelServer,
    read_log: ReadLog,
    settings: Settings,
) -> None:
    settings.ENDING_RETRY_SECONDS = 0.05
    answer_id = (await begin_answer(conversation, model_server, seen=0, of=3)).message_id
    with statement_watch.failure(OUTAGE):
        model_server.open(100)
        await until(lambda: read_log("ending_not_stored_yet"), "an attempt")
    answer = await conversation.socket.read_to_the_end(answer_id)
    assert answer.content == "w1 w2 w3 "
    await assert_stored(conversation, answer, "complete")


async def test_the_process_ends_while_the_database_is_down(
    statement_watch: StatementWatch,
    conversation: OpenConversation,
    model_server: ModelServer,
    chat_server: LiveServer,
    settings: Settings,
) -> None:
    settings.ENDING_STORE_SECONDS = 0.1
    answer_id = (await begin_answer(conversation, model_server, seen=2, of=3)).message_id
    with statement_watch.failure(OUTAGE):
        await asyncio.to_thread(chat_server.stop)
    chat_server.start()
    back = await conversation.come_back(conversation.socket, answer_id)
    answer = await back.read_to_the_end(answer_id)
    await assert_stored(conversation, answer, "interrupted")
    model_server.script(tokens=1)
    assert (await back.ask_to_the_end("Next")).content == "w1 "
