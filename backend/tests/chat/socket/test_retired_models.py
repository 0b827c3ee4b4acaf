"""Models that the service no longer has: shown, and refused for everything new (docs/api.md: A-8.5)."""

import pytest
from pytest_django import Settings

from testkit.fakes.raw_model_server import RawModelServer
from testkit.live import LiveServer, SignedInUser
from tests.chat.socket.conversations import OpenConversation, refusal

HELLO = b'data: {"choices": [{"delta": {"content": "Hello"}, "finish_reason": "length"}]}\n\ndata: [DONE]\n\n'


@pytest.fixture
def model_server(raw_model_server: RawModelServer) -> RawModelServer:
    raw_model_server.set_body(HELLO)
    raw_model_server.set_models({"id": "old"}, {"id": "new"})
    return raw_model_server


@pytest.fixture
async def conversation(
    user: SignedInUser, chat_server: LiveServer, model_server: RawModelServer, settings: Settings
) -> OpenConversation:
    """A conversation with one answer of a model that the service has retired since."""
    settings.AI_MODELS = ["old", "new"]
    chat_server.restart()
    conversation = await OpenConversation.open(user, title="Named", model="old")
    await conversation.socket.ask_to_the_end("One")
    model_server.set_models({"id": "old", "shutdown_date": "2020-01-14", "successor": "new"}, {"id": "new"})
    chat_server.restart()
    return OpenConversation(user, conversation.id, await user.enter(conversation.id))


async def test_a_retired_model_is_shown_with_its_successor(conversation: OpenConversation) -> None:
    listed = await conversation.user.call("GET", "/models", expect=200)
    assert listed["default"] == "new"
    new, old = listed["models"]
    assert new["available"] is True
    assert new["missing"] is None
    assert new["successor"] is None
    assert new["shutdown_date"] is None
    assert old["available"] is False
    assert old["missing"] == "retired"
    assert old["successor"] == "new"
    assert old["shutdown_date"] == "2020-01-14"
    assert old["why"] == "the model service no longer has this model"


async def test_a_retired_model_gets_no_new_question(
    conversation: OpenConversation, model_server: RawModelServer
) -> None:
    before = await conversation.messages()
    requests_before = len(model_server.requests)
    answer_id = before[-1]["id"]
    for kind, fields in (
        ("chat.message", {"content": "Two"}),
        ("chat.regenerate", {"message_id": answer_id}),
        ("chat.continue", {"message_id": answer_id}),
        ("chat.message", {"content": "Two", "model": "old"}),
    ):
        assert (await refusal(conversation.socket, kind, **fields))["code"] == "AI_MODEL_GONE"
    refused = await conversation.user.call("POST", "/conversations/", {"model": "old"}, expect=409)
    assert refused["code"] == "AI_MODEL_GONE"
    assert await conversation.messages() == before
    assert len(model_server.requests) == requests_before


async def test_a_conversation_switches_to_another_model(conversation: OpenConversation) -> None:
    await conversation.user.call("PATCH", f"/conversations/{conversation.id}", {"model": "new"}, expect=200)
    answer = await conversation.socket.ask_to_the_end("Two")
    assert answer.content == "Hello"
