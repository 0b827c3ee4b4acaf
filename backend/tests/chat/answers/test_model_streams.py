"""Streams of real model services: the answer that they lead to on the socket and in the stored message."""

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from testkit.fakes.raw_model_server import RawModelServer
from testkit.live import SignedInUser
from tests.chat.answers.bodies import ask

pytestmark = pytest.mark.store_independent

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[4] / "testkit" / "cases" / "model_streams.json").read_text()
)


def test_no_case_is_missing() -> None:
    assert len(CASES) >= 41


async def test_each_stream_leads_to_the_expected_answer(
    settings: Settings, user: SignedInUser, model_server: RawModelServer, subtests: pytest.Subtests
) -> None:
    settings.MESSAGE_RATE = "off"
    for case in CASES:
        with subtests.test(case["about"]):
            content_type = case.get("content_type", "text/event-stream")
            model_server.set_body(case["body"].encode(), content_type, case.get("content_encoding", ""))
            answer, message = await ask(user)
            status, reasoning = case.get("status", "complete"), case.get("reasoning", "")
            assert answer.ended["status"] == message["status"] == status
            assert answer.content == message["content"] == case["text"]
            assert answer.reasoning == (message["reasoning"] or "") == reasoning
            if "error_code" in case:
                assert answer.ended["code"] == message["error_code"] == case["error_code"]
            if "usage" in case:
                usage = answer.ended["usage"]
                assert [usage["prompt_tokens"], usage["completion_tokens"]] == case["usage"]
