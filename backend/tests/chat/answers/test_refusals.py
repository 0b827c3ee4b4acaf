"""Refusals of real services, by wording: the code that the client and GET show, and when to try again."""

import json

import pytest
from pytest_django import Settings

from testkit.fakes.raw_model_server import RawModelServer, Refused
from testkit.live import SignedInUser
from tests.chat.answers.bodies import HELLO, ask, chunk, events
from tests.chat.answers.refusal_wordings import WORDINGS, encode, error
from tests.log_lines import ReadLog

# The provider reads them before anything is stored.
pytestmark = pytest.mark.store_independent


# --- Wordings ---


async def test_each_wording_leads_to_its_code(
    settings: Settings, user: SignedInUser, model_server: RawModelServer, subtests: pytest.Subtests
) -> None:
    settings.MESSAGE_RATE = "off"
    for code, status, body in WORDINGS:
        with subtests.test(str(body)[:120], status=status):
            refused = Refused(status, encode(body))
            model_server.refuse = lambda _, refused=refused: refused  # type: ignore[misc]
            answer, message = await ask(user)
            assert answer.ended["status"] == "error"
            assert answer.ended["code"] == code
            assert message["error_code"] == code


async def test_each_wording_in_a_stream_leads_to_its_code(
    settings: Settings, user: SignedInUser, model_server: RawModelServer, subtests: pytest.Subtests
) -> None:
    settings.MESSAGE_RATE = "off"
    for code, _, body in WORDINGS:
        # Without its status, an object that is not called an error says nothing.
        if code == "AI_ERROR" or (not isinstance(body, list) and "error" not in body):  # type: ignore[operator]
            continue
        with subtests.test(str(body)[:120]):
            model_server.set_body(events(json.dumps(body)))
            answer, message = await ask(user)
            assert answer.ended["status"] == "error"
            assert answer.ended["code"] == code
            assert message["error_code"] == code


@pytest.mark.parametrize(
    ("refused", "code", "status", "service_code"),
    [
        (
            Refused(404, encode(error("It is gone: secret", code="model_not_found"))),
            "AI_MODEL_GONE",
            404,
            "model_not_found",
        ),
        (Refused(400, encode(error("secret", code=1211, type="Odd-Type"))), "AI_ERROR", 400, "odd_type"),
        (Refused(400, encode(error("secret", code="s" * 65, type=None))), "AI_ERROR", 400, None),
        (Refused(401, b"secret"), "AI_KEY_REFUSED", 401, None),
        (Refused(200, events(json.dumps({"error": {"code": 402, "message": "secret"}}))), "AI_NO_CREDIT", 402, "402"),
        (Refused(200, events(HELLO, json.dumps(error("secret", code="boom")))), None, None, "boom"),
    ],
    ids=["a code", "a type", "no word", "a text", "in a stream", "after text"],
)
async def test_the_log_has_the_status_and_the_code_of_the_service_but_not_its_words(
    user: SignedInUser,
    model_server: RawModelServer,
    read_log: ReadLog,
    refused: Refused,
    code: str | None,
    status: int | None,
    service_code: str | None,
) -> None:
    model_server.refuse = lambda _: refused
    answer, message = await ask(user)
    assert "secret" not in json.dumps([answer.ended, message])
    lines = read_log()
    assert "secret" not in json.dumps(lines)
    [line] = [line for line in lines if line["event"] == "model_call_failed"]
    assert line["code"] == code
    assert line["service_status"] == status
    assert line["service_code"] == service_code


# --- Before any text ---

TOO_LONG = error("This model's maximum context length is 8 tokens.", code="context_length_exceeded")


@pytest.mark.parametrize(
    "refused",
    [
        Refused.with_code("context_length_exceeded"),
        Refused(200, events(json.dumps(TOO_LONG))),
        Refused(200, events(chunk(None, None), json.dumps(TOO_LONG), "[DONE]")),
        Refused(200, events(chunk(None, None, choice_error=TOO_LONG["error"]))),
        Refused(200, b"event: error\n" + events(json.dumps(TOO_LONG["error"]))),
        Refused(200, encode(TOO_LONG)),
    ],
    ids=["status", "stream", "stream after an empty chunk", "choice", "event", "JSON"],
)
async def test_a_prompt_that_is_too_long_is_shortened_once(
    user: SignedInUser, model_server: RawModelServer, refused: Refused
) -> None:
    opened = await user.enter(await user.new_conversation(title="Named", system_prompt="Be brief."))
    for number in range(3):
        await opened.ask_to_the_end(f"Question {number}")
    model_server.refuse = lambda request: refused if len(request["messages"]) > 5 else None
    answer = await opened.ask_to_the_end("Question 3")
    assert answer.content == "Hello"
    assert answer.ended["status"] == "complete"
    assert answer.ended["context_dropped"] == 4
    too_long, sent = (request["messages"] for request in model_server.requests[-2:])
    assert len(too_long) == 8
    assert [message["content"] for message in sent] == ["Be brief.", "Question 2", "Hello", "Question 3"]
    model_server.refuse = lambda _: refused
    before = len(model_server.requests)
    answer = await opened.ask_to_the_end("Question 4")
    assert answer.ended["code"] == "AI_CONTEXT_TOO_LONG"
    assert answer.ended["context_dropped"] == 6
    assert len(model_server.requests) == before + 2


@pytest.mark.parametrize(
    "error",
    [
        {"code": 429, "message": "no"},
        {"code": 502, "message": "no"},
        {"code": "rate_limit_exceeded", "message": "Please try again in 20ms."},
        {"type": "overloaded_error", "message": "Overloaded"},
    ],
    ids=["429", "502", "rate limit", "overloaded"],
)
async def test_a_busy_service_is_asked_again_if_its_stream_had_no_text(
    user: SignedInUser, model_server: RawModelServer, error: dict[str, object]
) -> None:
    busy = Refused(200, events(json.dumps({"error": error})))
    model_server.refuse = lambda _: busy if len(model_server.requests) == 1 else None
    answer, _ = await ask(user)
    assert answer.content == "Hello"
    assert answer.ended["status"] == "complete"
    assert len(model_server.requests) == 2


async def test_an_error_after_text_is_an_interruption(user: SignedInUser, model_server: RawModelServer) -> None:
    model_server.set_body(events(HELLO, json.dumps({"error": {"code": 429, "message": "Too many requests"}})))
    answer, message = await ask(user)
    assert answer.content == "Hello"
    assert answer.ended["status"] == "interrupted"
    assert message["status"] == "interrupted"
    assert len(model_server.requests) == 1


# --- When to try again ---


@pytest.mark.parametrize(
    ("refused", "seconds"),
    [
        (Refused(429, b"", {"Retry-After": "40"}), 40),
        (Refused(429, b"", {"retry-after-ms": "40500"}), 41),
        (Refused(429, b"", {"x-ms-retry-after-ms": "31000", "Retry-After": "90"}), 31),
        (Refused(429, b"", {"retry-after-ms": "soon", "Retry-After": "40"}), 40),
        (Refused(429, b"", {"Retry-After": "40s"}), 40),
        (Refused(429, b"", {"Retry-After": "1m30s"}), 90),
        (Refused(429, b"", {"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s"}), 360),
        (
            Refused(
                429,
                b"",
                {
                    "x-ratelimit-remaining-requests": "0",
                    "x-ratelimit-reset-requests": "40s",
                    "x-ratelimit-remaining-tokens": "9",
                    "x-ratelimit-reset-tokens": "6m0s",
                },
            ),
            40,
        ),
        (Refused(429, b"", {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "99999999999999"}), 86400),
        (Refused(429, encode(error("x", metadata={"headers": {"X-RateLimit-Reset": "99999999999999"}}))), 86400),
        (Refused(429, encode(error("Limit reached. It resets in 5 minutes."))), 300),
        (Refused(503, encode(error("All slots are in use. Available in 40 seconds."))), 40),
        (Refused(429, encode(error("Rate limit reached. Please try again in 40s."))), 40),
        (Refused(429, encode(error("Rate limit reached. Please try again in 6m0.5s."))), 361),
        (Refused(429, encode(error("Requests have exceeded the limit. Please retry after 56 seconds."))), 56),
        (Refused(429, encode(error("Please wait 2 minutes.", code="rate_limit_exceeded"))), 120),
        (Refused(429, encode({"error": {"details": [{"@type": "x.RetryInfo", "retryDelay": "40.2s"}]}})), 41),
        (Refused(503, encode({"error": "Model x is currently loading", "estimated_time": 40.5})), 41),
        (Refused(429, encode(error("x", metadata={"retry_after_ms": 40_001}))), 41),
        (Refused(200, events(json.dumps(error("Rate limit reached. Please try again in 40s.")))), 40),
        (Refused(200, encode({"error": {"code": 429, "message": "no", "retry_after": 40}})), 40),
    ],
    ids=lambda value: str(value)[:90],
)
async def test_the_client_learns_when_to_try_again(
    user: SignedInUser, model_server: RawModelServer, refused: Refused, seconds: int
) -> None:
    model_server.refuse = lambda _: refused
    answer, _ = await ask(user)
    assert answer.ended["code"] == "AI_OVERLOADED"
    assert answer.ended["retry_after"] == seconds
    assert len(model_server.requests) == 1
