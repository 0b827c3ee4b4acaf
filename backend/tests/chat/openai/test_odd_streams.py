"""Streams of a model service whose chunks are not as OpenAI sends them (docs/api.md: A-10.6 to A-10.9)."""

import json
from typing import Any

import openai
import pytest

from apps.chat.models import ApiCall
from apps.core.database import run_in_database
from testkit.fakes.raw_model_server import RawModelServer
from tests.chat.openai.programs import MODEL, Program, make_body
from tests.chat.openai.service_answers import END, NO_CHOICES, ONE, USAGE, chunk, events, whole

# Forwarded answers are not stored.
pytestmark = pytest.mark.store_independent


@pytest.fixture
def model_server(raw_model_server: RawModelServer) -> RawModelServer:
    return raw_model_server


@pytest.mark.parametrize(
    "keep_alive",
    [
        "{}",
        '{"type": "ping"}',
        '{"status": "processing"}',
        '{"object": "chat.completion.chunk"}',
        '{"choices": null}',
        json.dumps(NO_CHOICES),
        json.dumps(NO_CHOICES | {"usage": None}),
        '{"type": "ping"}\nevent: ping',
    ],
)
async def test_keep_alives_are_not_chunks(
    model_server: RawModelServer, client: openai.AsyncOpenAI, keep_alive: str
) -> None:
    """A-10.7: each chunk that OpenAI's package reads has choices."""
    model_server.set_body(events(keep_alive, ONE, keep_alive, chunk(None, "stop"), keep_alive, "[DONE]"))
    stream = await client.chat.completions.create(**make_body("Go"), stream=True)
    assert [part.choices[0].delta.content async for part in stream] == ["One", None]


async def test_a_chunk_without_choices_keeps_what_it_says(model_server: RawModelServer, program: Program) -> None:
    """A-10.6: Azure's first chunk has the results of its filter, and no choice."""
    filtered = NO_CHOICES | {"prompt_filter_results": [{"prompt_index": 0}]}
    model_server.set_body(events(filtered, ONE, END, "[DONE]"))
    async with program.stream("Go") as received:
        assert json.loads((await received.rest())[0].data) == filtered | {"model": MODEL}


@pytest.mark.parametrize("asks", [True, False])
@pytest.mark.parametrize("choices", [{"choices": []}, {"choices": None}, {}])
async def test_usage_without_choices_is_a_chunk_only_if_asked_for(
    model_server: RawModelServer, client: openai.AsyncOpenAI, choices: dict[str, Any], asks: bool
) -> None:
    """A-10.8: with an empty list of choices, as OpenAI sends it."""
    model_server.set_body(events(ONE, END, {"id": "x", "usage": USAGE, **choices}, "[DONE]"))
    options: Any = {"include_usage": True} if asks else openai.omit
    stream = await client.chat.completions.create(**make_body("Go"), stream=True, stream_options=options)
    parts = [part async for part in stream]
    assert [len(part.choices) for part in parts] == ([1, 1, 0] if asks else [1, 1])
    assert [part.usage.total_tokens for part in parts if part.usage] == ([10] if asks else [])


@pytest.mark.parametrize("body", [events("[DONE]"), events({"choices": [], "usage": USAGE}, "[DONE]")])
async def test_a_stream_without_chunks_ends_with_done(
    model_server: RawModelServer, program: Program, client: openai.AsyncOpenAI, body: bytes
) -> None:
    """A-10.7: and its end can be requested again."""
    model_server.set_body(body)
    async with program.stream("Go") as received:
        [last] = await received.rest()
    assert last.data == "[DONE]"
    async with program.stream("Go", last_event_id=last.id) as received:
        assert await received.rest() == [last]
    assert [part async for part in await client.chat.completions.create(**make_body("Go"), stream=True)] == []
    assert {call.status for call in await run_in_database(lambda: list(ApiCall.objects.all()))} == {"complete"}


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": "7", "completion_tokens": 3.0, "prompt_tokens_details": "none"},
        {"prompt_tokens": 7, "completion_tokens": 3, "completion_tokens_details": {"reasoning_tokens": "?"}},
        {"input_tokens": 7, "output_tokens": 3, "prompt_tokens": None},
    ],
)
async def test_usage_of_any_type_is_stored(
    model_server: RawModelServer, program: Program, usage: dict[str, Any], stream: bool
) -> None:
    """A-10.8."""
    chunks = events(ONE, END, NO_CHOICES | {"usage": usage}, "[DONE]")
    model_server.set_body(chunks if stream else json.dumps(whole("One", usage=usage)).encode())
    async with program.request("POST", "/chat/completions", make_body("Go", stream=stream)) as response:
        await response.read()
    call = await run_in_database(ApiCall.objects.get)
    assert call.prompt_tokens == 7
    assert call.completion_tokens == 3


async def test_the_last_usage_counts_also_after_the_end(model_server: RawModelServer, program: Program) -> None:
    """A-10.8: some services send it after `[DONE]`."""
    first = chunk({"content": "One"}, usage=USAGE | {"completion_tokens": 1})
    model_server.set_body(events(first, END, "[DONE]", {"usage": USAGE}))
    async with program.stream("Go", stream_options={"include_usage": True}) as received:
        *_, usage, last = await received.rest()
    assert json.loads(usage.data)["usage"] == USAGE
    assert json.loads(usage.data)["choices"] == []
    assert last.data == "[DONE]"
    assert (await run_in_database(ApiCall.objects.get)).completion_tokens == 3


@pytest.mark.parametrize("later", [(), (END,)])
async def test_an_answer_that_ends_with_an_error_is_not_complete(
    model_server: RawModelServer, client: openai.AsyncOpenAI, later: tuple[dict[str, Any], ...]
) -> None:
    """A-10.9: a finish reason that says so ends the stream with an error, whatever follows."""
    model_server.set_body(events(ONE, chunk({}, "error"), *later, "[DONE]"))
    with pytest.raises(openai.APIError, match="The model service failed"):
        async for _ in await client.chat.completions.create(**make_body("Go"), stream=True):
            pass
    with pytest.raises(openai.InternalServerError):
        await client.chat.completions.create(**make_body("Go"))
    calls = await run_in_database(lambda: list(ApiCall.objects.all()))
    assert [(call.status, call.error_code) for call in calls] == [("error", "AI_ERROR")] * 2


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("done", [("[DONE]",), ()])
async def test_a_finish_reason_under_the_name_of_google_ends_the_answer(
    model_server: RawModelServer, program: Program, client: openai.AsyncOpenAI, done: tuple[str, ...], stream: bool
) -> None:
    """A-10.9: the program reads it under OpenAI's name, even without `[DONE]`."""
    last = {"id": "x", "choices": [{"index": 0, "delta": {}, "finish_reason": None, "finishReason": "STOP"}]}
    model_server.set_body(events(ONE, last, *done))
    if stream:
        parts = [part async for part in await client.chat.completions.create(**make_body("Go"), stream=True)]
        assert [part.choices[0].finish_reason for part in parts] == [None, "STOP"]
    else:
        answer = await client.chat.completions.create(**make_body("Go"))
        assert answer.choices[0].message.content == "One"
        assert answer.choices[0].finish_reason == "STOP"


NATIVE = {
    "Anthropic": events(
        {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm."}},
        {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "One"}},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
    ),
    "Gemini": json.dumps(
        {
            "candidates": [
                {"content": {"parts": [{"text": "Hm.", "thought": True}, {"text": "One"}]}, "finishReason": "STOP"}
            ],
            "usageMetadata": {"promptTokenCount": 7, "candidatesTokenCount": 3},
        }
    ).encode(),
    "Ollama": b'{"message": {"content": "One", "thinking": "Hm."}, "done": true, "eval_count": 3}',
}


@pytest.mark.parametrize("whose", NATIVE)
async def test_an_answer_in_the_shape_of_another_api_is_converted(
    model_server: RawModelServer, client: openai.AsyncOpenAI, whose: str
) -> None:
    """A-10.6."""
    model_server.set_body(NATIVE[whose])
    answer = await client.chat.completions.create(**make_body("Go"))
    parts = [part async for part in await client.chat.completions.create(**make_body("Go"), stream=True)]
    assert answer.choices[0].message.content == "One"
    assert answer.choices[0].message.model_dump()["reasoning_content"] == "Hm."
    assert "".join(part.choices[0].delta.content or "" for part in parts) == "One"
    assert {call.completion_tokens for call in await run_in_database(lambda: list(ApiCall.objects.all()))} == {3}


@pytest.mark.parametrize(("encoding", "body"), [("gzip", events(ONE, END, "[DONE]")), ("br", b"\x1b\x2f\x00\xf8" * 40)])
async def test_the_content_encoding_header_is_only_a_hint(
    model_server: RawModelServer, client: openai.AsyncOpenAI, encoding: str, body: bytes
) -> None:
    """A-10.9: what cannot be unpacked is an error."""
    model_server.set_body(body)
    model_server.content_encoding = encoding
    if encoding == "gzip":
        assert (await client.chat.completions.create(**make_body("Go"))).choices[0].message.content == "One"
    else:
        with pytest.raises(openai.InternalServerError):
            await client.chat.completions.create(**make_body("Go"))
