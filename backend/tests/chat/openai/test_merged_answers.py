"""Streams in answer to requests for a whole completion, and the reverse (docs/api.md: A-10.7)."""

import json
from typing import Any

import openai
import pytest

from apps.chat.models import ApiCall
from apps.core.database import run_in_database
from testkit.fakes.raw_model_server import RawModelServer
from tests.chat.openai.programs import MODEL, Program, make_body
from tests.chat.openai.service_answers import NO_CHOICES, ONE, USAGE, chunk, events

# Forwarded answers are not stored.
pytestmark = pytest.mark.store_independent


@pytest.fixture
def model_server(raw_model_server: RawModelServer) -> RawModelServer:
    return raw_model_server


def tool_call(index: int | None, **fields: Any) -> dict[str, Any]:
    return {"tool_calls": [fields if index is None else {"index": index, **fields}]}


TOOL_STREAMS = {
    "OpenAI": [
        tool_call(0, id="a", type="function", function={"name": "look", "arguments": ""}),
        tool_call(0, function={"arguments": '{"x":'}),
        tool_call(0, function={"arguments": " 1}"}),
        tool_call(1, id="b", type="function", function={"name": "find", "arguments": "{}"}),
    ],
    "names repeated": [
        tool_call(0, id="a", type="function", function={"name": "look", "arguments": '{"x":'}),
        tool_call(0, id="a", type="function", function={"name": "look", "arguments": " 1}"}),
        tool_call(1, id="b", type="function", function={"name": "find", "arguments": "{}"}),
    ],
    "one index for all": [
        tool_call(0, id="a", type="function", function={"name": "look", "arguments": '{"x": 1}'}),
        tool_call(0, id="b", type="function", function={"name": "find", "arguments": "{}"}),
    ],
    "no index": [
        tool_call(None, id="a", type="function", function={"name": "look", "arguments": '{"x":'}),
        tool_call(None, function={"arguments": " 1}"}),
        tool_call(None, id="b", type="function", function={"name": "find", "arguments": "{}"}),
    ],
}
TOOL_CALLS = [
    {"id": "a", "type": "function", "function": {"name": "look", "arguments": '{"x": 1}'}},
    {"id": "b", "type": "function", "function": {"name": "find", "arguments": "{}"}},
]


@pytest.mark.parametrize("deltas", TOOL_STREAMS.values(), ids=TOOL_STREAMS)
async def test_a_stream_that_was_not_asked_for_becomes_one_completion(
    model_server: RawModelServer, program: Program, deltas: list[dict[str, Any]]
) -> None:
    """A-10.7: text, reasoning, tool calls, logprobs and unknown fields."""
    pieces = [
        chunk({"role": "assistant", "content": "", "reasoning_content": "I "}, system_fingerprint="fp"),
        chunk({"reasoning_content": "think."}),
        chunk({"content": "One"}) | {"citations": ["c"]},
        chunk({"content": " two"}),
        *(chunk(delta) for delta in deltas),
        chunk({}, "tool_calls"),
        NO_CHOICES | {"usage": USAGE},
    ]
    for number, token in enumerate(("One", " two"), 2):
        pieces[number]["choices"][0]["logprobs"] = {"content": [{"token": token, "logprob": -0.5}]}
    model_server.set_body(events(*pieces, "[DONE]"))
    async with program.request("POST", "/chat/completions", make_body("Go")) as response:
        assert response.content_type == "application/json"
        assert await response.json() == {
            "id": "x",
            "object": "chat.completion",
            "created": 1,
            "model": MODEL,
            "system_fingerprint": "fp",
            "citations": ["c"],
            "choices": [
                {
                    "index": 0,
                    "message": {
                        "role": "assistant",
                        "content": "One two",
                        "reasoning_content": "I think.",
                        "tool_calls": TOOL_CALLS,
                    },
                    "logprobs": {
                        "content": [{"token": "One", "logprob": -0.5}, {"token": " two", "logprob": -0.5}],
                    },
                    "finish_reason": "tool_calls",
                }
            ],
            "usage": USAGE,
        }
    call = await run_in_database(ApiCall.objects.get)
    assert call.status == "complete"
    assert call.prompt_tokens == 7


MESSAGE = {"role": "assistant", "content": "One", "tool_calls": TOOL_CALLS}
WHOLE = {
    "id": "x",
    "object": "chat.completion",
    "choices": [{"index": 0, "message": MESSAGE, "finish_reason": "tool_calls"}],
    "usage": USAGE,
}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (json.dumps(WHOLE).encode(), "application/json"),
        (json.dumps(WHOLE).encode(), "text/event-stream"),
        (events(WHOLE), "text/event-stream"),
        (events(WHOLE, "[DONE]"), "application/json"),
        (b": wait\n\n" + events(WHOLE, "[DONE]"), "text/event-stream"),
    ],
)
async def test_a_whole_completion_stays_whole_or_becomes_chunks(
    model_server: RawModelServer, client: openai.AsyncOpenAI, body: bytes, content_type: str
) -> None:
    """A-10.7: whatever the request and the content type."""
    model_server.set_body(body, content_type)
    whole = await client.chat.completions.create(**make_body("Go"))
    assert whole.choices[0].message.to_dict() == MESSAGE
    assert whole.usage is not None
    assert whole.usage.total_tokens == 10
    stream = await client.chat.completions.create(**make_body("Go"), stream=True)
    [part] = [part async for part in stream]
    assert part.object == "chat.completion.chunk"
    assert part.choices[0].delta.content == "One"
    assert [call.index for call in part.choices[0].delta.tool_calls or ()] == [0, 1]


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"", b'{"choices": []}', b'{"status": "ok"}', events("[DONE]"), events(ONE)]
)
async def test_a_response_without_an_answer_is_refused(
    model_server: RawModelServer, program: Program, body: bytes
) -> None:
    """A-10.9: OpenAI's package would trip over a completion without choices."""
    model_server.set_body(body, "application/json")
    error = await program.refused("POST", "/chat/completions", make_body("Go"), expect=502)
    assert error["code"] == "service_error"
