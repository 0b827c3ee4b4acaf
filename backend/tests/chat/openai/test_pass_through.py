"""Answers of services of any kind, as a program receives them (docs/api.md, section 10)."""

import json
from typing import Any

import pytest

from testkit.fakes.raw_model_server import RawModelServer
from tests.chat.openai.programs import MODEL, Program, make_body

# Forwarded answers are not stored.
pytestmark = pytest.mark.store_independent


@pytest.fixture
def model_server(raw_model_server: RawModelServer) -> RawModelServer:
    return raw_model_server


async def test_unknown_fields_of_the_answer_pass_back(model_server: RawModelServer, program: Program) -> None:
    """A-10.6: tool calls, logprobs and whatever else the service sends, streamed and whole."""
    chunk: dict[str, Any] = {
        "id": "x",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "gpt-of-the-service",
        "system_fingerprint": "fp",
        "choices": [
            {
                "index": 0,
                "delta": {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "look", "arguments": "{}"}}]},
                "logprobs": {"content": [{"token": "a\ud83d", "logprob": -0.5}]},
                "finish_reason": "tool_calls",
            }
        ],
        "a_field_of_next_year": [1.5, {"x": None}],
    }
    model_server.set_body(b"data: " + json.dumps(chunk).encode() + b"\n\ndata: [DONE]\n\n")
    async with program.stream("Go") as events:
        first, last = await events.rest()
    assert json.loads(first.data) == chunk | {"model": MODEL}
    assert last.data == "[DONE]"
    [choice] = chunk["choices"]
    message = {"role": "assistant", "content": None, **choice.pop("delta")}
    whole = chunk | {"object": "chat.completion", "choices": [choice | {"message": message}]}
    model_server.set_body(json.dumps(whole).encode(), "application/json")
    async with program.request("POST", "/chat/completions", make_body("Go")) as response:
        assert await response.json() == whole | {"model": MODEL}


def _chunk(text: str, reason: str | None = None, **fields: Any) -> str:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
    return json.dumps({"object": "chat.completion.chunk", "choices": [choice], **fields})


def _whole(text: str) -> str:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return json.dumps({"object": "chat.completion", "choices": [choice]})


ONE, TWO, END = _chunk("One"), _chunk(" two"), _chunk("", "stop")


@pytest.mark.parametrize(
    ("body", "text", "is_complete"),
    [
        pytest.param(f"data: [{ONE},{TWO},{END}]\n\n", "One two", True, id="an array of chunks"),
        pytest.param(f"data: {ONE}{TWO}\n\ndata: {END}\n\n", "One two", True, id="chunks one after the other"),
        pytest.param(f"data: {ONE}\n\ndata: {_chunk(' two', 'stop')}", "One two", True, id="no line end"),
        pytest.param(f"data: {ONE}\n\ndata: [done]\n\n", "One", True, id="done in lower case"),
        pytest.param(f"data: {ONE}\n\ndata: [pi", "One", False, id="cut off"),
        pytest.param(f"data: {_chunk('One', 'null')}\n\n", "One", False, id="a finish that is none"),
        pytest.param(f"data: {ONE}\n\ndata: {TWO}}}\n\ndata: {END}\n\n", "One two", True, id="a bracket too many"),
        pytest.param(f"data: {ONE}\n\ndata: {ONE}{{\n\ndata: {END}\n\n", "OneOne", False, id="not JSON"),
        pytest.param(f"data: {ONE}\n\nevent: ERROR\ndata: {{}}\n\ndata: [DONE]\n\n", "One", False, id="an event ERROR"),
        pytest.param(
            f"data: {ONE}\n\nevent: Error \n\ndata: [DONE]\n\n", "One", False, id="an event Error without data"
        ),
        pytest.param(f"data: {ONE}\n\ndata: [ERROR] secret\n\ndata: [DONE]\n\n", "One", False, id="an error in words"),
        pytest.param(f'data: {ONE}\n\ndata: {{"type": "error"}}\n\ndata: [DONE]\n\n', "One", False, id="type error"),
        pytest.param(f'data: {ONE}\n\ndata: {{"detail": "secret"}}\n\n', "One", False, id="the error of a gateway"),
        pytest.param(
            f'data: {ONE}\n\ndata: {{"code": 500, "msg": "secret"}}\n\ndata: [DONE]\n\n', "One", False, id="a bad code"
        ),
        pytest.param(
            f'data: {ONE}\n\ndata: {{"code": 202, "message": "queued"}}\n\ndata: {END}\n\n', "One", True, id="progress"
        ),
        pytest.param(
            f'data: {ONE}\n\ndata: [DONE]\n\ndata: {{"error": "secret"}}\n\n', "One", False, id="an error after the end"
        ),
        pytest.param(f"data: {ONE}\n\ndata: [DONE]\n\ndata: {TWO}\n\n", "One", True, id="text after the end"),
        pytest.param(f"data: {json.dumps(ONE)}\n\ndata: {json.dumps(END)}\n\n", "One", True, id="encoded twice"),
        pytest.param(f"data: {ONE}\n\ndata: secret timeout\n\ndata: [DONE]\n\n", "One", False, id="plain words"),
        pytest.param(
            f"data: {_chunk('One', error={'message': ''})}\n\ndata: {END}\n\n", "One", True, id="an empty error"
        ),
        pytest.param(f"data: {_whole('One')}\n\n", "One", True, id="a whole completion"),
        pytest.param(f"data: {ONE}\n\ndata: {_whole('One')}\n\n", "One", True, id="a completion that repeats"),
        pytest.param(f"{ONE}\n{TWO}\n{END}\n", "One two", True, id="lines of JSON"),
        pytest.param(f"{ONE}\n{TWO}\n", "One two", False, id="lines of JSON without an end"),
        pytest.param(f"\ufeff{_whole('One')}", "One", True, id="a byte order mark"),
    ],
)
async def test_odd_streams_pass_or_end_with_an_error(
    model_server: RawModelServer, program: Program, body: str, text: str, is_complete: bool
) -> None:
    """A-10.6, A-10.9: what the chat reads passes here too, and what the chat calls broken ends with an error."""
    model_server.set_body(body.encode())
    async with program.stream("Go") as events:
        *received, last = [event.data for event in await events.rest()]
    assert "secret" not in last
    choices = [choice for data in received for choice in json.loads(data).get("choices", ())]
    assert "".join(choice["delta"].get("content") or "" for choice in choices) == text
    assert (last == "[DONE]") is is_complete
    assert is_complete or json.loads(last)["error"]["message"]
