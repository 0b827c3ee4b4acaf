"""Many commands at the same moment, which are stored together: each has the outcome that it would have alone.

Invariants I-1 and I-5.
"""

import asyncio
import threading
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from apps.chat.answers import start
from apps.chat.answers.request import AnswerRequest, check_request
from apps.chat.answers.turn import Asker, StoredRun, finish_turn, store_run, store_run_alone
from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from tests.chat.socket.conversations import OpenConversation, assert_stored

ROOMS = 12
PATIENCE = 30.0


@dataclass
class Stored:
    """The commands that were stored together with others, and those that were stored alone, by who asked."""

    together: list[Asker] = field(default_factory=list)
    alone: list[Asker] = field(default_factory=list)


def gather_writes(monkeypatch: pytest.MonkeyPatch, count: int) -> Stored:
    """Hold the first writes, which come alone, until `count` commands have come; return what notes how all are."""
    stored = Stored()
    arrived = threading.Semaphore(0)
    all_arrived = threading.Event()
    one_counts = threading.Lock()

    def note(asker: Asker, *turn: Any) -> Any:
        stored.together.append(asker)
        return store_run(asker, *turn)

    def check(request: Any) -> None:
        check_request(request)
        arrived.release()

    def hold(asker: Asker, *turn: Any) -> Any:
        stored.alone.append(asker)
        with one_counts:
            if not all_arrived.is_set():
                assert all(arrived.acquire(timeout=PATIENCE) for _ in range(count))
                all_arrived.set()
        return store_run_alone(asker, *turn)

    monkeypatch.setattr(start, "store_run", note)
    monkeypatch.setattr(start, "check_request", check)
    monkeypatch.setattr(start, "store_run_alone", hold)
    return stored


@pytest.fixture(autouse=True)
def many_answers(settings: Settings) -> None:
    """Let one user have an answer in each conversation at once."""
    settings.ANSWERS_PER_USER = None


async def test_a_refused_command_of_a_burst_costs_the_others_nothing(
    user: SignedInUser, model_server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversations = await asyncio.gather(*(OpenConversation.open(user) for _ in range(ROOMS)))
    nowhere = conversations.pop()
    stored = gather_writes(monkeypatch, ROOMS)

    async def ask(conversation: OpenConversation) -> None:
        # Twice, as a client does that has not received the answer to the first.
        client_id = str(uuid4())
        for _ in range(2):
            await conversation.socket.send("chat.message", client_id=client_id, content=f"Of {conversation.id}")

    async def ask_nowhere() -> None:
        await nowhere.socket.send("chat.message", client_id=str(uuid4()), content="x", parent_id=str(uuid4()))

    await asyncio.gather(*map(ask, conversations), ask_nowhere())
    refused = await nowhere.socket.expect("chat.error")
    assert refused["code"] == "NOT_FOUND"
    for conversation in conversations:
        accepted = await conversation.socket.expect("chat.accepted")
        answer = await conversation.socket.read_to_the_end(accepted["reply"]["id"])
        assert answer.content == f"Echo: Of {conversation.id}"
        await assert_stored(conversation, answer, "complete")
        assert len(await conversation.messages()) == 2
    asked = [question.body["messages"][-1]["content"] for question in model_server.questions]
    assert sorted(asked) == sorted(f"Of {conversation.id}" for conversation in conversations)
    assert stored.together, "some of them were stored together"
    tried_again = {id(asker) for asker in stored.together} & {id(asker) for asker in stored.alone}
    assert not tried_again, "a refusal takes nothing from the others"


async def test_no_command_waits_for_the_prompt_of_another(user: SignedInUser, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, *conversations = await asyncio.gather(*(OpenConversation.open(user) for _ in range(ROOMS)))
    may_finish = threading.Event()

    def finish(request: AnswerRequest, stored: StoredRun) -> Any:
        if request.content == "Slow":
            assert may_finish.wait(PATIENCE)
        return finish_turn(request, stored)

    monkeypatch.setattr(start, "finish_turn", finish)
    await slow.socket.send("chat.message", client_id=str(uuid4()), content="Slow")
    for conversation in conversations:
        assert (await conversation.socket.ask_to_the_end("Go")).content == "Echo: Go"
    may_finish.set()
    accepted = await slow.socket.expect("chat.accepted")
    assert (await slow.socket.read_to_the_end(accepted["reply"]["id"])).content == "Echo: Slow"


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite locks the whole database")
async def test_no_command_waits_for_the_locked_conversation_of_another(
    user: SignedInUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked, *conversations = await asyncio.gather(*(OpenConversation.open(user) for _ in range(ROOMS)))
    stored = gather_writes(monkeypatch, ROOMS)
    options = await asyncio.to_thread(connection.get_connection_params)
    with psycopg.connect(**options) as other:
        other.execute("SELECT 1 FROM chat_conversation WHERE public_id = %s FOR UPDATE", [locked.id])
        for conversation in (locked, *conversations):
            await conversation.socket.send("chat.message", client_id=str(uuid4()), content="Go")
        for conversation in conversations:
            accepted = await conversation.socket.expect("chat.accepted")
            assert (await conversation.socket.read_to_the_end(accepted["reply"]["id"])).content == "Echo: Go"
        assert stored.together, "some of them were stored together"
    accepted = await locked.socket.expect("chat.accepted")
    assert (await locked.socket.read_to_the_end(accepted["reply"]["id"])).content == "Echo: Go"
