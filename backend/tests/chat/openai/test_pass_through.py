"""Answers of services of any kind, as a program receives them (docs/api.md, section 10)."""

import json
from typing import Any

import pytest

from testkit.fakes.raw_model_server import RawModelServer
from tests.chat.openai.programs import MODEL, Program, make_body
from tests.chat.openai.service_answers import END, ONE, chunk, events, whole

# Forwarded answers are not stored.
pytestmark = pytest.mark.store_independent


@pytest.fixture
def model_server(raw_model_server: RawModelServer) -> RawModelServer:
    return raw_model_server


async def test_unknown_fields_of_the_answer_pass_back(model_server: RawModelServer, program: Program) -> None:
    """A-10.6: tool calls, logprobs and whatever else the service sends, streamed and whole."""
    part: dict[str, Any] = {
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
    model_server.set_body(events(part, "[DONE]"))
    async with program.stream("Go") as received:
        first, last = await received.rest()
    assert json.loads(first.data) == part | {"model": MODEL}
    assert last.data == "[DONE]"
    [choice] = part["choices"]
    message = {"role": "assistant", "content": None, **choice.pop("delta")}
    completion = part | {"object": "chat.completion", "choices": [choice | {"message": message}]}
    model_server.set_body(json.dumps(completion).encode(), "application/json")
    async with program.request("POST", "/chat/completions", make_body("Go")) as response:
        assert await response.json() == completion | {"model": MODEL}


TWO, WHOLE = chunk({"content": " two"}), whole("One")
STREAMS = {
    "an array of chunks": (events([ONE, TWO, END]), "One two", True),
    "chunks one after the other": (events(json.dumps(ONE) + json.dumps(TWO), END), "One two", True),
    "no line end": (events(ONE, chunk({"content": " two"}, "stop")).rstrip(), "One two", True),
    "done in lower case": (events(ONE, "[done]"), "One", True),
    "cut off": (events(ONE, "[pi").rstrip(), "One", False),
    "a finish that is none": (events(chunk({"content": "One"}, "null")), "One", False),
    "a bracket too many": (events(ONE, json.dumps(TWO) + "}", END), "One two", True),
    "not JSON": (events(ONE, json.dumps(ONE) + "{", END), "OneOne", False),
    "an event ERROR": (events(ONE) + b"event: ERROR\n" + events("{}", "[DONE]"), "One", False),
    "an event Error without data": (events(ONE) + b"event: Error \n\n" + events("[DONE]"), "One", False),
    "an error in words": (events(ONE, "[ERROR] secret", "[DONE]"), "One", False),
    "type error": (events(ONE, {"type": "error"}, "[DONE]"), "One", False),
    "the error of a gateway": (events(ONE, {"detail": "secret"}), "One", False),
    "a bad code": (events(ONE, {"code": 500, "msg": "secret"}, "[DONE]"), "One", False),
    "progress": (events(ONE, {"code": 202, "message": "queued"}, END), "One", True),
    "an error after the end": (events(ONE, "[DONE]", {"error": "secret"}), "One", False),
    "text after the end": (events(ONE, "[DONE]", TWO), "One", True),
    "encoded twice": (events(json.dumps(json.dumps(ONE)), json.dumps(json.dumps(END))), "One", True),
    "plain words": (events(ONE, "secret timeout", "[DONE]"), "One", False),
    "an empty error": (events(chunk({"content": "One"}, error={"message": ""}), END), "One", True),
    "a whole completion": (events(WHOLE), "One", True),
    "a completion that repeats": (events(ONE, WHOLE), "One", True),
    "lines of JSON": ("\n".join(map(json.dumps, (ONE, TWO, END))).encode() + b"\n", "One two", True),
    "lines of JSON without an end": ("\n".join(map(json.dumps, (ONE, TWO))).encode() + b"\n", "One two", False),
    "a byte order mark": ("\ufeff".encode() + json.dumps(WHOLE).encode(), "One", True),
}


@pytest.mark.parametrize(("body", "text", "is_complete"), STREAMS.values(), ids=STREAMS)
async def test_odd_streams_pass_or_end_with_an_error(
    model_server: RawModelServer, program: Program, body: bytes, text: str, is_complete: bool
) -> None:
    """A-10.6, A-10.9: what the chat reads passes here too, and what the chat calls broken ends with an error."""
    model_server.set_body(body)
    async with program.stream("Go") as received:
        *parts, last = [event.data for event in await received.rest()]
    assert "secret" not in last
    choices = [choice for data in parts for choice in json.loads(data).get("choices", ())]
    assert "".join(choice["delta"].get("content") or "" for choice in choices) == text
    assert (last == "[DONE]") is is_complete
    assert is_complete or json.loads(last)["error"]["message"]
