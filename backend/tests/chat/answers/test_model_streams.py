"""Streams of real model services: the answer that they lead to on the socket and in the stored message."""

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from testkit.fakes.raw_model_server import RawModelServer, Refused
from testkit.live import SignedInUser

pytestmark = pytest.mark.store_independent

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[4] / "testkit" / "cases" / "model_streams.json").read_text()
)


async def test_a_prompt_that_is_too_long_is_shortened_once(user: SignedInUser, model_server: RawModelServer) -> None:
    model_server.set_body(CASES[0]["body"].encode())
    conversation_id = await user.new_conversation(title="Named", system_prompt="Be brief.")
    opened = await user.enter(conversation_id)
    for number in range(3):
        await opened.ask_to_the_end(f"Question {number}")
    too_long = Refused.with_code("context_length_exceeded")
    model_server.refuse = lambda request: too_long if len(request["messages"]) > 5 else None
    answer = await opened.ask_to_the_end("Question 3")
    assert answer.content == "Hello"
    assert answer.ended["status"] == "complete"
    assert answer.ended["context_dropped"] == 4
    refused, sent = (request["messages"] for request in model_server.requests[-2:])
    assert len(refused) == 8
    assert [message["content"] for message in sent] == ["Be brief.", "Question 2", "Hello", "Question 3"]
    model_server.refuse = lambda _: too_long
    answer = await opened.ask_to_the_end("Question 4")
    assert answer.ended["code"] == "AI_CONTEXT_TOO_LONG"
    assert answer.ended["context_dropped"] == 6


async def play(user: SignedInUser, model_server: RawModelServer, case: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Ask a question that is answered with the body of `case`; return the socket's answer and the stored message."""
    content_type = case.get("content_type", "text/event-stream")
    model_server.set_body(case["body"].encode(), content_type, case.get("content_encoding", ""))
    conversation_id = await user.new_conversation(title="Named")
    opened = await user.enter(conversation_id)
    answer = await opened.ask_to_the_end("Question")
    await opened.drop()
    return answer, (await user.messages(conversation_id))[1]


def test_no_case_is_missing() -> None:
    assert len(CASES) >= 41


async def test_each_stream_leads_to_the_expected_answer(
    settings: Settings, user: SignedInUser, model_server: RawModelServer, subtests: pytest.Subtests
) -> None:
    settings.MESSAGE_RATE = "off"
    for case in CASES:
        with subtests.test(case["about"]):
            answer, message = await play(user, model_server, case)
            status, reasoning = case.get("status", "complete"), case.get("reasoning", "")
            assert answer.ended["status"] == message["status"] == status
            assert answer.content == message["content"] == case["text"]
            assert answer.reasoning == (message["reasoning"] or "") == reasoning
            if "error_code" in case:
                assert answer.ended["code"] == message["error_code"] == case["error_code"]
            if "usage" in case:
                usage = answer.ended["usage"]
                assert [usage["prompt_tokens"], usage["completion_tokens"]] == case["usage"]
