"""What a program gets from services of any kind (docs/api.md, section 10)."""

import json
from collections.abc import Iterator

import pytest

from apps.chat.models import ApiCall
from apps.core.database import run_in_database
from testkit.fakes.raw_model_server import RawModelServer
from tests.chat.openai.programs import MODEL, Program, ask

type Expected = tuple[int, str, str | None]


@pytest.fixture
def model_server() -> Iterator[RawModelServer]:
    server = RawModelServer().start()
    yield server
    server.stop()


async def test_unknown_fields_of_the_answer_pass_back(model_server: RawModelServer, program: Program) -> None:
    """A-10.6: tool calls, logprobs and whatever else the service sends, streamed and whole."""
    chunk = {
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
    model_server.play(b"data: " + json.dumps(chunk).encode() + b"\n\ndata: [DONE]\n\n")
    async with program.stream("Go") as events:
        first, last = await events.rest()
    assert json.loads(first.data) == chunk | {"model": MODEL}
    assert last.data == "[DONE]"
    model_server.play(json.dumps(chunk).encode(), "application/json")
    async with program.request("POST", "/chat/completions", ask("Go")) as response:
        assert await response.json() == chunk | {"model": MODEL}


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (400, {"message": "secret words", "param": "seed"}, (400, "invalid_request_error", "seed")),
        (400, {"message": "secret words", "param": "not_sent"}, (400, "invalid_request_error", None)),
        (404, {"message": "secret words", "code": "model_not_found"}, (404, "invalid_request_error", None)),
        (401, {"message": "secret words"}, (502, "server_error", None)),
        (429, {"message": "secret words"}, (503, "server_error", None)),
        (402, {"message": "secret words"}, (429, "insufficient_quota", None)),
        (500, {"message": "secret words"}, (502, "server_error", None)),
        (400, {"message": "secret", "code": "context_length_exceeded"}, (400, "invalid_request_error", None)),
    ],
)
async def test_failures_of_the_service_have_our_words(
    model_server: RawModelServer,
    program: Program,
    status: int,
    error: dict[str, str],
    expected: tuple[int, str, str | None],
) -> None:
    """A-10.9: OpenAI's shape, and never the service's own text or key."""
    model_server.refusal = status, error
    for stream in (True, False):
        answered, body = await program.refused("POST", "/chat/completions", ask("Go", seed=1, stream=stream))
        assert (answered, body["type"], body["param"]) == expected
        assert "secret" not in json.dumps(body)
    [call, *_] = await run_in_database(lambda: list(ApiCall.objects.all()))
    assert call.status == "error"
