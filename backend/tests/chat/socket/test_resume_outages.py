"""Outages of the database while a client resumes or follows (docs/protocol.md, section 3)."""

import pytest
from django.db import OperationalError
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer
from testkit.statement_watch import StatementWatch
from tests.chat.socket.conversations import OpenConversation, assert_stored, begin_answer, read_whole

OUTAGE = OperationalError("the database is down")


@pytest.mark.parametrize("statement", ["LEFT JOIN chat_run", 'ORDER BY "chat_run"."number" DESC'])
async def test_a_client_whose_resume_fails_connects_again_and_gets_nothing_twice(
    statement_watch: StatementWatch,
    conversation: OpenConversation,
    model_server: ModelServer,
    settings: Settings,
    statement: str,
) -> None:
    """The database fails in the middle of a sign-in; the sweep must not start the answer from its beginning."""
    settings.SWEEP_SECONDS = 0.0
    answer = await begin_answer(conversation, model_server, seen=4, of=6)
    answer_id = answer.message_id
    await conversation.socket.drop()
    for _ in range(3):
        socket = await conversation.user.connect(conversation.id)
        socket.answers = conversation.socket.answers
        with statement_watch.failure(OUTAGE, of=statement):
            await socket.send("auth", token=conversation.user.access, resume=answer.position)
            refused = await socket.expect("chat.error")
            assert refused["code"] == "INTERNAL_ERROR"
            assert refused["retry_after"] == 1
            assert await socket.expect_close() == 1011
    socket = await conversation.come_back(socket, answer_id)
    model_server.open(2)
    answer = await read_whole(socket, answer_id, "w1 w2 w3 w4 w5 w6 ")
    await assert_stored(conversation, answer, "complete")


@pytest.mark.store_independent
async def test_an_outage_of_the_database_only_delays_a_follower(
    statement_watch: StatementWatch, conversation: OpenConversation, chat_server: LiveServer
) -> None:
    answer_id = (await conversation.socket.ask_to_the_end("Go")).message_id
    chat_server.restart()  # The log in memory is lost: the stored text is left.
    socket = await conversation.enter()
    with statement_watch.failure(OUTAGE, of='"chat_message"."role" = %s', only=2):
        await socket.send("chat.follow", message_id=answer_id, run=1, seq=0)
        answer = await socket.read_to_the_end(answer_id)
    await assert_stored(conversation, answer, "complete")
