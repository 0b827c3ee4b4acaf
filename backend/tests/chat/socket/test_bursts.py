"""Many commands at the same moment, which are stored together: each has the outcome that it would have alone.

Invariants I-1 and I-5.
"""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from testkit.statement_watch import StatementWatch
from tests.chat.socket.conversations import OpenConversation, assert_stored, is_quiet

ROOMS = 12
PATIENCE_SECONDS = 30.0

LOCK_CONVERSATION = '"chat_conversation"."deleted_at" IS NULL'
STORE_RUN = 'INSERT INTO "chat_run"'
READ_BRANCH = "WITH RECURSIVE"


@asynccontextmanager
async def burst(user: SignedInUser, watch: StatementWatch) -> AsyncIterator[None]:
    """Hold the first writes, which come alone, until the commands that the block sends have arrived."""
    all_arrived = threading.Event()
    witness = await OpenConversation.open(user)
    watch.before(LOCK_CONVERSATION, lambda _: all_arrived.wait(PATIENCE_SECONDS))
    yield
    # The server reads what was sent first before it answers this.
    for _ in range(2):
        assert await is_quiet(witness.socket)
    all_arrived.set()


def has_stored_together(watch: StatementWatch) -> bool:
    return any(statements.count(STORE_RUN) > 1 for statements in watch.transactions)


@pytest.fixture(autouse=True)
def many_answers(settings: Settings) -> None:
    """Let one user have an answer in each conversation at once."""
    settings.ANSWERS_PER_USER = None


async def test_a_refused_command_of_a_burst_costs_the_others_nothing(
    user: SignedInUser, model_server: ModelServer, statement_watch: StatementWatch
) -> None:
    conversations = await asyncio.gather(*(OpenConversation.open(user) for _ in range(ROOMS)))
    nowhere = conversations.pop()
    async with burst(user, statement_watch):
        for conversation in conversations:
            # Twice, as a client does that has not received the answer to the first.
            client_id = str(uuid4())
            for _ in range(2):
                await conversation.socket.send("chat.message", client_id=client_id, content=f"Of {conversation.id}")
        await nowhere.socket.send("chat.message", client_id=str(uuid4()), content="x", parent_id=str(uuid4()))

    refused = await nowhere.socket.expect("chat.error")
    assert refused["code"] == "NOT_FOUND"
    for conversation in conversations:
        accepted = await conversation.socket.expect("chat.accepted")
        answer = await conversation.socket.read_to_the_end(accepted["reply"]["id"])
        assert answer.content == f"Echo: Of {conversation.id}"
        await assert_stored(conversation, answer, "complete")
        assert len(await conversation.messages()) == 2
    questions = [question.body["messages"][-1]["content"] for question in model_server.questions]
    assert sorted(questions) == sorted(f"Of {conversation.id}" for conversation in conversations)
    assert has_stored_together(statement_watch)
    stored = "; ".join(statement_watch.transactions).count(STORE_RUN)
    assert stored == len(conversations), "none was stored again because of the refusal"


async def test_no_command_waits_for_the_prompt_of_another(user: SignedInUser, statement_watch: StatementWatch) -> None:
    slow, *conversations = await asyncio.gather(*(OpenConversation.open(user) for _ in range(ROOMS)))
    first = await slow.socket.ask_to_the_end("First")
    may_finish = threading.Event()

    def hold(values: Any) -> None:
        if first.message_id in map(str, values):
            assert may_finish.wait(PATIENCE_SECONDS)

    statement_watch.before(READ_BRANCH, hold)
    await slow.socket.send("chat.message", client_id=str(uuid4()), content="Slow")
    for conversation in conversations:
        assert (await conversation.socket.ask_to_the_end("Go")).content == "Echo: Go"
    may_finish.set()
    accepted = await slow.socket.expect("chat.accepted")
    assert (await slow.socket.read_to_the_end(accepted["reply"]["id"])).content == "Echo: Slow"


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite locks the whole database")
async def test_no_command_waits_for_the_locked_conversation_of_another(
    user: SignedInUser, statement_watch: StatementWatch
) -> None:
    locked, *conversations = await asyncio.gather(*(OpenConversation.open(user) for _ in range(ROOMS)))
    options = await asyncio.to_thread(connection.get_connection_params)
    with psycopg.connect(**options) as other:
        other.execute("SELECT 1 FROM chat_conversation WHERE public_id = %s FOR UPDATE", [locked.id])
        async with burst(user, statement_watch):
            for conversation in (locked, *conversations):
                await conversation.socket.send("chat.message", client_id=str(uuid4()), content="Go")
        for conversation in conversations:
            accepted = await conversation.socket.expect("chat.accepted")
            assert (await conversation.socket.read_to_the_end(accepted["reply"]["id"])).content == "Echo: Go"
        assert has_stored_together(statement_watch)
    accepted = await locked.socket.expect("chat.accepted")
    assert (await locked.socket.read_to_the_end(accepted["reply"]["id"])).content == "Echo: Go"
