"""Endings of a run: its status, its terminal frame and what is stored.

See docs/protocol.md: P-1.3, P-3.3, P-5.5 to P-5.7, P-6.13 to P-6.15, P-7.1, P-7.5.
"""

from typing import Any

import pytest
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser
from testkit.socket_client import AnswerCheck
from tests.chat.socket.conversations import OpenConversation, assert_stored

WORDS = "w1 w2 w3 "
TERMINAL = {
    "type", "content", "done", "message_id", "run", "seq", "from",
    "status", "finish_reason", "usage", "context_dropped", "images_dropped",
}  # fmt: skip


async def end_of(conversation: OpenConversation, content: str = "Go") -> tuple[AnswerCheck, dict[str, Any]]:
    """Ask; return the answer and its only terminal frame, which has its own number and is stored."""
    answer = await conversation.socket.ask_to_the_end(content)
    frames = [frame for frame in conversation.socket.frames if frame.get("message_id") == answer.message_id]
    assert [frame for frame in frames if frame.get("done")] == [answer.ended]
    assert answer.ended["seq"] == answer.ended["from"] + 1
    await assert_stored(conversation, answer, answer.ended["status"])
    return answer, answer.ended


async def test_the_finish_of_the_model_decides_the_status(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    cases: tuple[tuple[dict[str, Any], str, str | None], ...] = (
        ({}, "complete", "stop"),
        ({"finish": "length"}, "length", "length"),
        ({"finish": "max_tokens"}, "length", "max_tokens"),
        ({"finish": "content_filter"}, "filtered", "content_filter"),
        ({"finish": "end_turn"}, "complete", "end_turn"),
        ({"finish": "tool_calls"}, "interrupted", "tool_calls"),
        ({"finish": "network_error"}, "interrupted", "network_error"),
        ({"cut": 3}, "interrupted", None),
        ({"no_finish": True}, "interrupted", None),
    )
    for knobs, status, reason in cases:
        model_server.script(tokens=3, **knobs)
        answer, ended = await end_of(conversation)
        assert answer.content == WORDS
        assert ended.keys() == TERMINAL
        assert ended["type"] == "chat.stream"
        assert ended["content"] == ""
        assert ended["done"] is True
        assert ended["status"] == status
        assert ended["finish_reason"] == reason
        assert ended["context_dropped"] == 0
        stored = await conversation.last_message()
        assert stored["finish_reason"] == reason
        assert stored["error_code"] is None


async def test_usage_is_stored_and_sent(conversation: OpenConversation) -> None:
    _, ended = await end_of(conversation)
    stored = await conversation.last_message()
    assert ended["usage"].keys() == {"prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens"}
    for name in ("prompt_tokens", "completion_tokens"):
        assert ended["usage"][name] == stored[name]
    assert ended["usage"]["prompt_tokens"] > 0


FAULTS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"fail": 400}, "AI_ERROR"),
    ({"fail": 401}, "AI_KEY_REFUSED"),
    ({"fail": 403}, "AI_KEY_REFUSED"),
    ({"fail": 404}, "AI_MODEL_GONE"),
    ({"fail": 422}, "AI_ERROR"),
    ({"error_event": 0}, "AI_ERROR"),
)


async def test_a_failed_model_service_ends_the_run_as_error(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    for knobs, code in FAULTS:
        model_server.script(tokens=3, **knobs)
        answer, ended = await end_of(conversation)
        assert answer.content == ""
        assert ended.keys() - {"retry_after"} == TERMINAL | {"code", "error"}
        assert ended["type"] == "chat.error"
        assert ended["code"] == code
        assert ended["status"] == "error"
        stored = await conversation.last_message()
        assert stored["error_code"] == code
        assert stored["finish_reason"] is None
    # The service's message, key and base URL are not shown.
    shown = (str(conversation.socket.frames) + str(await conversation.messages())).replace("fake-model", "")
    for secret in ("test-key", model_server.base_url, str(model_server.port), "upstream", "fake"):
        assert secret not in shown


@pytest.mark.parametrize("kind", ["error_event", "error_object"])
async def test_an_error_after_text_keeps_the_text(
    conversation: OpenConversation, model_server: ModelServer, kind: str
) -> None:
    model_server.script(tokens=3, **{kind: 2})
    answer, ended = await end_of(conversation)
    assert answer.content == "w1 w2 "
    assert ended["status"] == "interrupted"


async def test_a_malformed_stream_is_never_complete(conversation: OpenConversation, model_server: ModelServer) -> None:
    for raw in ("AAAA", "ZGF0YTogeyJub25zZW5zZQ=="):
        model_server.script(raw=raw)
        _, ended = await end_of(conversation)
        assert ended["status"] in {"interrupted", "error"}
        assert ended.get("code", "AI_ERROR") == "AI_ERROR"


async def test_an_unreachable_service_ends_the_run_as_error(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.stop()
    _, ended = await end_of(conversation)
    assert ended["type"] == "chat.error"
    assert ended["code"] == "AI_UNREACHABLE"
    assert ended["status"] == "error"
    assert str(model_server.port) not in str(ended)
    assert (await conversation.messages())[0]["content"] == "Go"


async def test_an_overloaded_service_says_when_to_retry(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(fail=429, retry_after="3600")
    _, ended = await end_of(conversation)
    assert ended["code"] == "AI_OVERLOADED"
    assert isinstance(ended.get("retry_after", 1), int)


@pytest.fixture
async def conversation_with_short_timeouts(
    user: SignedInUser, chat_server: LiveServer, settings: Settings
) -> OpenConversation:
    """A conversation with short time-outs of the model."""
    settings.AI_FIRST_TOKEN_TIMEOUT = 2.0
    settings.AI_BETWEEN_TOKENS_TIMEOUT = 2.0
    chat_server.restart()
    return await OpenConversation.open(user)


@pytest.mark.parametrize(("knobs", "text"), [({"slow_start": True}, ""), ({"hang": 0}, ""), ({"hang": 2}, "w1 w2 ")])
async def test_a_silent_model_times_out(
    conversation_with_short_timeouts: OpenConversation, model_server: ModelServer, knobs: dict[str, Any], text: str
) -> None:
    model_server.script(tokens=3, **knobs)
    answer, ended = await end_of(conversation_with_short_timeouts)
    assert answer.content == text
    assert ended["type"] == "chat.error"
    assert ended["code"] == "AI_TIMEOUT"
    assert ended["status"] == "error"
    assert (await conversation_with_short_timeouts.last_message())["error_code"] == "AI_TIMEOUT"
    await model_server.until(lambda: model_server.questions[0].outcome == "closed")


async def test_an_answer_that_keeps_arriving_never_times_out(
    conversation_with_short_timeouts: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(tokens=24, rate=10)
    answer, ended = await end_of(conversation_with_short_timeouts)
    assert len(answer.content.split()) == 24
    assert ended["status"] == "complete"


async def test_an_answer_that_failed_can_be_regenerated(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(fail=400)
    failed, _ = await end_of(conversation, "One")
    model_server.script()
    again = await conversation.socket.start("chat.regenerate", message_id=failed.message_id)
    assert (await conversation.socket.read_to_the_end(again["reply"]["id"])).content == "Echo: One"


async def test_an_answer_that_failed_can_be_continued(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(fail=400)
    failed, _ = await end_of(conversation, "One")
    model_server.script()
    await conversation.socket.send("chat.continue", message_id=failed.message_id)
    accepted = await conversation.socket.expect("chat.accepted", kind="continue")
    assert accepted["run"] == 2
    assert accepted["reply"]["error_code"] is None
    await conversation.socket.expect("chat.stream", done=True, run=2)
    assert failed.ended["status"] == "complete"
    assert failed.content


@pytest.mark.parametrize(
    ("knobs", "status"),
    [
        ({"finish": "length"}, "length"),
        ({"cut": 3}, "interrupted"),
        ({"error_event": 3}, "interrupted"),
        ({"gate": ""}, "stopped"),
    ],
)
async def test_answers_that_ended_early_can_be_continued(
    conversation: OpenConversation, model_server: ModelServer, knobs: dict[str, Any], status: str
) -> None:
    model_server.script(tokens=6, **knobs)
    accepted = await conversation.socket.ask("Go")
    if status == "stopped":
        model_server.open(3)
        await conversation.socket.read_until_length(accepted["reply"]["id"], len(WORDS))
        await conversation.socket.send("chat.stop")
    answer = await conversation.socket.read_to_the_end(accepted["reply"]["id"])
    assert answer.ended["status"] == status
    before = answer.content
    model_server.script(tokens=6)
    await conversation.socket.send("chat.continue", message_id=answer.message_id)
    assert (await conversation.socket.expect("chat.accepted", kind="continue"))["run"] == 2
    await conversation.socket.expect("chat.stream", run=2, done=True)
    assert answer.run == 2
    assert answer.resets == 0
    assert answer.content.startswith(before)
    assert len(answer.content) > len(before)
    assert [m["content"] for m in model_server.questions[-1].messages][1:3] == ["Go", before]
    await assert_stored(conversation, answer, "complete")


async def test_characters_that_cannot_be_stored_are_replaced_before_numbering(
    conversation: OpenConversation, model_server: ModelServer
) -> None:
    model_server.script(nul=True)
    assert (await end_of(conversation))[0].content == "before\ufffdafter"
    model_server.script(surrogate=True)
    assert (await end_of(conversation))[0].content == "pair 😀 lone \ufffd end"
