"""`/v1/chat/completions` and `/v1/models` (docs/api.md, section 10): OpenAI's own client, and what passes through."""

import io
import json
from typing import Any

import openai
import pytest

from apps.chat.models import ApiCall, Message
from apps.core.database import run_in_database
from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser
from tests.chat.openai.programs import MODEL, Program, make_body, open_client
from tests.chat.socket.conversations import OpenConversation, refusal
from tests.log_lines import ReadLog


async def test_the_openai_client_lists_asks_and_streams(client: openai.AsyncOpenAI) -> None:
    """A-10.5, A-10.6, A-10.7: with the real package."""
    models = await client.models.list()
    assert [(model.id, model.owned_by) for model in models.data] == [(MODEL, "openai")]
    assert (await client.models.retrieve(MODEL)).id == MODEL
    whole = await client.chat.completions.create(**make_body("Hello there"))
    assert whole.choices[0].message.content == "Echo: Hello there"
    assert whole.usage is not None
    text = ""
    async with await client.chat.completions.create(**make_body("Hello again"), stream=True) as chunks:
        async for chunk in chunks:
            assert chunk.model == MODEL
            assert chunk.usage is None
            text += chunk.choices[0].delta.content or ""
    assert text == "Echo: Hello again"


async def test_usage_is_sent_on_request_and_always_stored(
    client: openai.AsyncOpenAI, model_server: ModelServer
) -> None:
    """A-10.8: nothing but usage is stored."""
    options: Any = {"include_usage": True}
    stream = await client.chat.completions.create(**make_body("One"), stream=True, stream_options=options)
    chunks = [chunk async for chunk in stream]
    assert chunks[-1].usage is not None
    assert chunks[-1].choices == []
    async for chunk in await client.chat.completions.create(**make_body("Two"), stream=True):
        assert chunk.choices
    await client.chat.completions.create(**make_body("Three"))
    assert [request.body.get("stream_options") for request in model_server.requests] == [options, options, None]
    calls = await run_in_database(lambda: list(ApiCall.objects.order_by("id")))
    usage = chunks[-1].usage
    stored = [(call.model, call.status, call.prompt_tokens) for call in calls]
    assert stored == [(MODEL, "complete", usage.prompt_tokens)] * 3
    assert all(call.ended_at and call.completion_tokens for call in calls)
    assert not await run_in_database(Message.objects.exists)


async def test_unknown_fields_pass_in_both_directions(program: Program, model_server: ModelServer) -> None:
    """A-10.6: tools, response_format, seed and image parts reach the service unchanged."""
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 300_000}}
    fields = {
        "messages": [{"role": "user", "content": [{"type": "text", "text": "What is this?"}, image]}],
        "tools": [{"type": "function", "function": {"name": "look", "parameters": {"type": "object"}}}],
        "response_format": {"type": "json_object"},
        "seed": 7,
        "a_field_of_next_year": {"deep": [1, None, "é"]},
    }
    async with program.request("POST", "/chat/completions", make_body("", **fields)) as response:
        assert response.status == 200, await response.text()
    assert model_server.requests[0].body == {"model": MODEL, **fields}


async def test_failures_in_a_stream_are_its_last_event(client: openai.AsyncOpenAI, model_server: ModelServer) -> None:
    """A-10.9: OpenAI's client raises, whatever went wrong."""
    for knobs in ({"error_event": 3}, {"error_object": 3}, {"cut": 3}, {"no_finish": True}):
        model_server.script(tokens=5, **knobs)
        received = 0
        with pytest.raises(openai.APIError, match="The model service failed"):  # noqa: PT012
            async for _ in await client.chat.completions.create(**make_body("Go"), stream=True):
                received += 1
        assert received >= 3


async def test_an_unknown_model_is_refused_as_openai_does(client: openai.AsyncOpenAI) -> None:
    """A-10.9: status, code and field."""
    with pytest.raises(openai.NotFoundError) as no_model:
        await client.chat.completions.create(model="nothing", messages=[{"role": "user", "content": "Hello"}])
    assert no_model.value.code == "model_not_found"
    assert no_model.value.param == "model"
    with pytest.raises(openai.NotFoundError):
        await client.models.retrieve("nothing/at all")


async def test_a_token_that_is_not_a_key_is_refused_as_openai_does(program: Program, user: SignedInUser) -> None:
    """A-10.9: status and code."""
    async with open_client(program.server, user.access) as client:
        with pytest.raises(openai.AuthenticationError) as no_key:
            await client.models.list()
        assert no_key.value.code == "invalid_api_key"


async def test_bodies_that_are_not_requests_are_refused_as_openai_does(program: Program) -> None:
    """A-10.9: status and type."""
    bodies: list[Any] = [
        [],
        {},
        {"model": 1},
        make_body("x", stream="yes"),
        make_body("x", messages=[]),
        make_body("x", stream_options=3),
    ]
    for body in bodies:
        error = await program.refused("POST", "/chat/completions", body, expect=400)
        assert error["type"] == "invalid_request_error"
    await program.refused("POST", "/chat/completions", data=b"x=1", expect=400)
    large = io.BytesIO(json.dumps(make_body("x" * 4_000_000)).encode())
    await program.refused("POST", "/chat/completions", data=large, expect=413)


async def test_unknown_paths_and_methods_are_refused_in_json(program: Program) -> None:
    """A-10.9."""
    for path in ("/embeddings", "/", ""):
        await program.refused("GET", path, expect=404)
    await program.refused("GET", "/chat/completions", expect=405)


async def test_the_rate_of_messages_is_that_of_the_chat(client: openai.AsyncOpenAI, settings: Any) -> None:
    """A-10.10: 429 with Retry-After."""
    settings.MESSAGE_RATE = "1/60"
    await client.chat.completions.create(**make_body("One"))
    with pytest.raises(openai.RateLimitError) as refused:
        await client.chat.completions.create(**make_body("Two"))
    assert refused.value.code == "rate_limit_exceeded"
    assert int(refused.value.response.headers["Retry-After"]) > 0


async def test_calls_and_answers_of_a_user_are_bounded_together(
    program: Program, settings: Any, model_server: ModelServer, user: SignedInUser
) -> None:
    """A-10.10: `ANSWERS_PER_USER` counts both, in the conversation and in the call."""
    settings.ANSWERS_PER_USER = 1
    conversation = await OpenConversation.open(user)
    model_server.pause_after(1, of=3)
    async with program.stream("One") as events:
        await events.take(1)
        await program.refused("POST", "/chat/completions", make_body("Two"), expect=429)
        assert (await refusal(conversation.socket, "chat.message", content="Two"))["code"] == "RATE_LIMIT_EXCEEDED"
        model_server.open(2)
        await events.rest()
    answer = (await conversation.socket.ask("Three"))["reply"]["id"]
    await program.refused("POST", "/chat/completions", make_body("Four"), expect=429)
    model_server.open(3)
    await conversation.socket.read_to_the_end(answer)
    model_server.script()
    async with program.request("POST", "/chat/completions", make_body("Five")) as response:
        assert response.status == 200


async def test_the_log_has_no_text_and_no_key(program: Program, model_server: ModelServer, read_log: ReadLog) -> None:
    """Invariant I-10."""
    model_server.script(text="An answer that no log may show")
    async with program.stream("A question that no log may show") as events:
        await events.rest()
    await program.refused("POST", "/chat/completions", make_body("no log may show", model="x"), expect=404)
    written = str(read_log())
    assert "completion_ended" in written
    assert "no log may show" not in written
    assert program.key not in written
