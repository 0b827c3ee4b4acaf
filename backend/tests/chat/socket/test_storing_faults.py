"""Endings that cannot be stored: a fault ends the answer as `error`, an outage delays it.

See docs/protocol.md: P-6.15, P-7.6; invariants I-1 and I-2.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper

from apps.chat.answers import ending, indexing, write
from apps.chat.fleet import takeover
from apps.chat.process import drain
from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, pause, until
from tests.chat.socket.conversations import OpenConversation, assert_stored
from tests.log_lines import ReadLog


def fail(*_: Any, **__: Any) -> Any:
    raise RuntimeError("a fault that trying again does not cure")


@contextmanager
def database_outage(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every statement of every thread fail, as if the database were unreachable."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise OperationalError("the database is down")

    with monkeypatch.context() as outage:
        for name in ("execute", "executemany"):
            outage.setattr(CursorWrapper, name, refuse)
        yield


async def test_a_fault_of_the_index_costs_no_text(
    conversation: OpenConversation, chat_server: LiveServer, read_log: ReadLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as fault:
        fault.setattr(indexing, "index_messages", fail)
        answer = await conversation.socket.ask_to_the_end("One")
        await assert_stored(conversation, answer, "complete")
        assert (await conversation.socket.ask_to_the_end("Two")).content == "Echo: Two"
        lines = await until(lambda: [line for line in read_log() if line["event"] == "text_not_indexed"], "the fault")
        await asyncio.to_thread(chat_server.stop)
    assert {line["level"] for line in lines} == {"error"}
    assert "in fail" in lines[0]["exception"], "the traceback leads to where it happened"

    chat_server.start()
    for word in ("echo", "one"):
        while not (await conversation.user.call("GET", f"/search?q={word}", expect=200))["hits"]:
            await pause()  # They are indexed soon after the start; the test has a time limit.


async def test_an_ending_that_cannot_be_stored_becomes_an_error_with_its_text(
    conversation: OpenConversation, chat_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as fault:
        fault.setattr(ending, "count_tokens", fail)
        answer = await conversation.socket.ask_to_the_end("One")
    assert answer.ended is not None
    assert answer.content == "Echo: One"
    assert answer.ended["code"] == "INTERNAL_ERROR"
    stored = await assert_stored(conversation, answer, "error")
    assert stored["error_code"] == "INTERNAL_ERROR"
    assert (await conversation.socket.ask_to_the_end("Two")).content == "Echo: Two"
    await asyncio.to_thread(chat_server.stop)


async def test_an_answer_that_no_attempt_stores_is_ended_once_it_can_be(
    conversation: OpenConversation, read_log: ReadLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(takeover, "PAUSE_ALONE", 0.05)
    with monkeypatch.context() as fault:
        fault.setattr(ending, "save_ending", fail)
        answer_id = (await conversation.socket.ask("One"))["reply"]["id"]
        await until(lambda: any(line["event"] == "ending_not_stored" for line in read_log()), "the attempt")
    answer = await conversation.socket.read_to_the_end(answer_id)
    assert answer.content == "Echo: One"
    await assert_stored(conversation, answer, "interrupted")
    assert (await conversation.socket.ask_to_the_end("Two")).content == "Echo: Two"


async def test_an_outage_of_the_database_delays_the_ending(
    conversation: OpenConversation, model_server: ModelServer, read_log: ReadLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "SAVE_RETRY_SECONDS", 0.05)
    model_server.script(tokens=3, gate="")
    answer_id = (await conversation.socket.ask("Go"))["reply"]["id"]
    with database_outage(monkeypatch):
        model_server.open(100)
        await until(lambda: any(line["event"] == "ending_not_stored_yet" for line in read_log()), "an attempt")
    answer = await conversation.socket.read_to_the_end(answer_id)
    assert answer.content == "w1 w2 w3 "
    await assert_stored(conversation, answer, "complete")


async def test_the_process_ends_while_the_database_is_down(
    conversation: OpenConversation, model_server: ModelServer, chat_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drain, "STORE_SECONDS", 0.1)
    model_server.script(tokens=3, gate="")
    answer_id = (await conversation.socket.ask("Go"))["reply"]["id"]
    model_server.open(2)
    await conversation.socket.read_until_length(answer_id, len("w1 "))
    with database_outage(monkeypatch):
        await asyncio.to_thread(chat_server.stop)
    chat_server.start()
    back = await conversation.come_back(conversation.socket, answer_id)
    answer = await back.read_to_the_end(answer_id)
    await assert_stored(conversation, answer, "interrupted")
    model_server.script(tokens=1)
    assert (await back.ask_to_the_end("Next")).content == "w1 "
