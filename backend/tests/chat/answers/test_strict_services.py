"""Refusals of strict services (roles that do not alternate, a system role), and responses at a wrong base URL."""

from collections.abc import Iterator
from typing import Any

import pytest

from testkit.fakes.raw_model_server import RawModelServer
from testkit.live import Person

pytestmark = pytest.mark.any_store

HELLO = b'data: {"choices": [{"delta": {"content": "Hello"}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
NOTHING = b"data: [DONE]\n\n"


def refuse_like_gemma(request: Any) -> str | None:
    """Refuse a system role, and roles that do not alternate."""
    roles = [message["role"] for message in request["messages"]]
    if "system" in roles:
        return "System role not supported"
    expected = ["user", "assistant"] * len(roles)
    return None if roles == expected[: len(roles)] else "Conversation roles must alternate user/assistant"


@pytest.fixture
def model_server() -> Iterator[RawModelServer]:
    """A service with Gemma's chat template."""
    server = RawModelServer().start()
    server.play(HELLO)
    server.refuse = refuse_like_gemma
    yield server
    server.stop()


async def test_a_refused_system_role_is_remembered(person: Person, model_server: RawModelServer) -> None:
    conversation_id = await person.new_conversation(title="Named", system_prompt="Be brief.")
    opened = await person.enter(conversation_id)
    assert (await opened.ask_to_the_end("First")).content == "Hello"
    assert len(model_server.requests) == 2
    assert (await opened.ask_to_the_end("Second")).content == "Hello"
    assert len(model_server.requests) == 3
    assert [message["content"] for message in model_server.requests[-1]["messages"]] == [
        "Be brief.\n\nFirst",
        "Hello",
        "Second",
    ]


@pytest.mark.parametrize(
    "wording",
    [
        "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
        "Developer instruction is not enabled for models/gemma-3-27b-it",
        "This model doesn't support system messages",
        "Model does not support system prompts. Try again without one.",
        "`system` role is not supported",
        "role 'system' is not allowed",
        "Invalid role: system",
        "System role is unsupported",
        "unknown role 'system'",
        "Unexpected role 'system'",
        "Invalid value: 'system'. Supported values are: 'user' and 'assistant'.",
        "'system' is not one of ['user', 'assistant'] - 'messages.0.role'",
        "Only user and assistant roles are supported!",
    ],
)
async def test_each_wording_of_a_refused_system_role_is_recognised(
    person: Person, model_server: RawModelServer, wording: str
) -> None:
    def refuse(request: Any) -> str | None:
        return wording if request["messages"][0]["role"] == "system" else None

    model_server.refuse = refuse
    opened = await person.enter(await person.new_conversation(title="Named", system_prompt="Be brief."))
    assert (await opened.ask_to_the_end("First")).content == "Hello"
    assert model_server.requests[-1]["messages"][0]["content"] == "Be brief.\n\nFirst"


async def test_a_question_without_an_answer_joins_the_next_one(person: Person, model_server: RawModelServer) -> None:
    conversation_id = await person.new_conversation(title="Named", system_prompt="")
    opened = await person.enter(conversation_id)
    model_server.play(NOTHING)
    failed = await opened.ask_to_the_end("First")
    assert failed.ended is not None
    assert failed.ended["code"] == "AI_EMPTY_ANSWER"
    model_server.play(HELLO)
    assert (await opened.ask_to_the_end("Second")).content == "Hello"
    assert (await opened.ask_to_the_end("Third")).content == "Hello"
    assert [message["content"] for message in model_server.requests[-1]["messages"]] == [
        "First\n\nSecond",
        "Hello",
        "Third",
    ]


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        ("404 Not Found", b"<!doctype html><title>404</title>", "AI_UNREACHABLE"),
        ("404 Not Found", b"404 page not found", "AI_UNREACHABLE"),
        ("405 Method Not Allowed", b"<html>405</html>", "AI_UNREACHABLE"),
        ("302 Found", b"", "AI_UNREACHABLE"),
        ("502 Bad Gateway", b"<html>502 Bad Gateway</html>", "AI_UNREACHABLE"),
        ("404 Not Found", b'{"error": {"message": "no"}}', "AI_MODEL_GONE"),
        ("404 Not Found", b"The model is not found", "AI_MODEL_GONE"),
        ("404 Not Found", b"", "AI_MODEL_GONE"),
        ("401 Unauthorized", b"<html>401</html>", "AI_KEY_REFUSED"),
    ],
)
async def test_the_code_of_a_refusal_tells_a_wrong_base_url_from_a_missing_model(
    person: Person, model_server: RawModelServer, status: str, body: bytes, code: str
) -> None:
    model_server.refuse = lambda _: None
    model_server.status = status
    model_server.play(body, "text/html")
    opened = await person.enter(await person.new_conversation(title="Named", system_prompt=""))
    failed = await opened.ask_to_the_end("First")
    assert failed.ended is not None
    assert failed.ended["code"] == code
