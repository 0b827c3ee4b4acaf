"""Refusals of strict services (roles that do not alternate, a system role), and responses at a wrong base URL."""

from typing import Any

import pytest

from testkit.fakes.raw_model_server import RawModelServer, Refused
from testkit.live import SignedInUser
from tests.chat.answers.bodies import HELLO, ask, stream

pytestmark = pytest.mark.store_independent

EMPTY_STREAM = b"data: [DONE]\n\n"

UNKNOWN_PATHS = [
    b'{"detail": "Not Found"}',  # vLLM, and everything else that FastAPI serves
    b'{"error": "path "/chat/completions" not found"}',
    b'{"error": {"message": "Invalid URL (POST /chat/completions)", "type": "invalid_request_error"}}',
    b'{"error": {"code": "404", "message": "Resource not found"}}',  # Azure
    b'{"message": "no Route matched with those values"}',
    b'{"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}}',  # llama.cpp
    b'{"message": "Cannot POST /chat/completions", "error": "Not Found", "statusCode": 404}',
]


def refuse_like_gemma(request: Any) -> Refused | None:
    """Refuse a system role, and roles that do not alternate."""
    roles = [message["role"] for message in request["messages"]]
    if "system" in roles:
        return Refused.with_code("System role not supported")
    expected = ["user", "assistant"] * len(roles)
    if roles == expected[: len(roles)]:
        return None
    return Refused.with_code("Conversation roles must alternate user/assistant")


@pytest.fixture
def model_server(model_server: RawModelServer) -> RawModelServer:
    """A service with Gemma's chat template."""
    model_server.refuse = refuse_like_gemma
    return model_server


async def test_a_refused_system_role_is_remembered(user: SignedInUser, model_server: RawModelServer) -> None:
    opened = await user.enter(await user.new_conversation(title="Named", system_prompt="Be brief."))
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
        "System prompts are disabled for this model",
        "Jinja Exception: System message must be at the beginning.",
        "No system prompt allowed",
        "system is not a valid role",
        "role must be one of: user, assistant",
        "Input should be 'user' or 'assistant'",
        "A conversation must start with a user message. Try again with one that does.",
        "First message must have role 'user'",
    ],
)
async def test_each_wording_of_a_refused_system_role_is_recognized(
    user: SignedInUser, model_server: RawModelServer, wording: str
) -> None:
    def refuse(request: Any) -> Refused | None:
        return Refused.with_code(wording) if request["messages"][0]["role"] == "system" else None

    model_server.refuse = refuse
    answer, _ = await ask(user, system_prompt="Be brief.")
    assert answer.content == "Hello"
    assert model_server.requests[-1]["messages"][0]["content"] == "Be brief.\n\nQuestion"


async def test_a_question_without_an_answer_joins_the_next_one(
    user: SignedInUser, model_server: RawModelServer
) -> None:
    opened = await user.enter(await user.new_conversation(title="Named", system_prompt=""))
    model_server.set_body(EMPTY_STREAM)
    failed = await opened.ask_to_the_end("First")
    assert failed.ended["code"] == "AI_EMPTY_ANSWER"
    model_server.set_body(stream(HELLO))
    assert (await opened.ask_to_the_end("Second")).content == "Hello"
    assert (await opened.ask_to_the_end("Third")).content == "Hello"
    assert [message["content"] for message in model_server.requests[-1]["messages"]] == [
        "First\n\nSecond",
        "Hello",
        "Third",
    ]


async def test_a_blank_answer_is_not_sent_to_be_continued(user: SignedInUser, model_server: RawModelServer) -> None:
    opened = await user.enter(await user.new_conversation(title="Named", system_prompt=""))
    model_server.set_body(b'data: {"choices": [{"delta": {"content": "\\n\\n"}}]}\n\n')
    broken = await opened.ask_to_the_end("First")
    assert broken.ended["status"] == "interrupted"
    model_server.set_body(stream(HELLO))
    await opened.send("chat.continue", message_id=broken.message_id)
    await opened.expect("chat.stream", run=2, done=True, status="complete")
    assert opened.answer(broken.message_id).content.strip() == "Hello"
    assert model_server.requests[-1]["messages"] == [{"role": "user", "content": "First"}]


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        ("404 Not Found", b"<!doctype html><title>404</title>", "AI_UNREACHABLE"),
        ("404 Not Found", b"404 page not found", "AI_UNREACHABLE"),
        ("405 Method Not Allowed", b"<html>405</html>", "AI_UNREACHABLE"),
        ("302 Found", b"", "AI_UNREACHABLE"),
        ("502 Bad Gateway", b"<html>502 Bad Gateway</html>", "AI_UNREACHABLE"),
        *(("404 Not Found", body, "AI_UNREACHABLE") for body in UNKNOWN_PATHS),
        ("405 Method Not Allowed", b'{"detail": "Method Not Allowed"}', "AI_UNREACHABLE"),
        ("400 Bad Request", b"Client sent an HTTP request to an HTTPS server.", "AI_UNREACHABLE"),
        ("200 OK", b'{"error": "Unexpected endpoint or method. (POST /chat/completions)"}', "AI_UNREACHABLE"),
        ("502 Bad Gateway", b"error code: 502", "AI_UNREACHABLE"),
        ("502 Bad Gateway", b"", "AI_UNREACHABLE"),
        ("504 Gateway Timeout", b"Gateway Timeout", "AI_UNREACHABLE"),
        ("521 Down", b"<html>Web server is down</html>", "AI_UNREACHABLE"),
        ("522 Timeout", b"error code: 522", "AI_UNREACHABLE"),
        ("530 Origin", b"error code: 1033", "AI_UNREACHABLE"),
        ("503 Unavailable", b"upstream connect error or disconnect/reset before headers.", "AI_UNREACHABLE"),
        ("503 Unavailable", b"<html>503 Service Temporarily Unavailable</html>", "AI_OVERLOADED"),
        ("502 Bad Gateway", b'{"error": {"message": "Provider returned error", "code": 502}}', "AI_ERROR"),
        ("403 Forbidden", b"<!DOCTYPE html><title>Just a moment...</title>", "AI_UNREACHABLE"),
        ("403 Forbidden", b"<html><h1>403 Forbidden</h1></html>", "AI_KEY_REFUSED"),
        ("404 Not Found", b'{"error": {"message": "no"}}', "AI_MODEL_GONE"),
        ("404 Not Found", b"The model is not found", "AI_MODEL_GONE"),
        ("404 Not Found", b"", "AI_MODEL_GONE"),
        ("401 Unauthorized", b"<html>401</html>", "AI_KEY_REFUSED"),
    ],
)
async def test_the_code_of_a_refusal_distinguishes_a_wrong_base_url_from_a_missing_model(
    user: SignedInUser, model_server: RawModelServer, status: str, body: bytes, code: str
) -> None:
    model_server.refuse = lambda _: None
    model_server.status = status
    model_server.set_body(body, "text/html")
    answer, _ = await ask(user, system_prompt="")
    assert answer.ended["code"] == code
