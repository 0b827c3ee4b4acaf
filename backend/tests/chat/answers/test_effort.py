"""The reasoning effort of a conversation: for models that take one, and sent only when it was chosen."""

import pytest
from pytest_django import Settings

from testkit.fakes.raw_model_server import RawModelServer
from testkit.live import LiveServer, SignedInUser

pytestmark = pytest.mark.store_independent


@pytest.fixture
def model_server(model_server: RawModelServer) -> RawModelServer:
    model_server.set_models({"id": "gpt-5.2"}, {"id": "gpt-4o"})
    return model_server


@pytest.fixture
async def user_of_two_models(user: SignedInUser, chat_server: LiveServer, settings: Settings) -> SignedInUser:
    """A user of a service with two models, of which one takes efforts."""
    settings.AI_MODELS = ["gpt-5.2", "gpt-4o"]
    chat_server.restart()
    return user


async def test_models_state_which_efforts_they_accept(user_of_two_models: SignedInUser) -> None:
    models = {model["id"]: model["efforts"] for model in (await user_of_two_models.call("GET", "/models"))["models"]}
    assert models == {"gpt-5.2": ["none", "low", "medium", "high", "xhigh"], "gpt-4o": []}


async def test_an_effort_is_sent_only_when_chosen_and_accepted(
    user_of_two_models: SignedInUser, model_server: RawModelServer
) -> None:
    conversation_id = await user_of_two_models.new_conversation(title="Named", model="gpt-5.2")
    path = f"/conversations/{conversation_id}"
    opened = await user_of_two_models.enter(conversation_id)
    await opened.ask_to_the_end("Default")
    changes = ({"reasoning_effort": "high"}, {"reasoning_effort": "minimal"}, {"reasoning_effort": ""})
    for change in changes:
        changed = await user_of_two_models.call("PATCH", path, change, expect=200)
        assert changed["reasoning_effort"] == change["reasoning_effort"]
        await opened.ask_to_the_end("Chosen")
    await user_of_two_models.call("PATCH", path, {"reasoning_effort": "low", "model": "gpt-4o"}, expect=200)
    await opened.ask_to_the_end("Another model")
    sent = [request.get("reasoning_effort") for request in model_server.requests]
    assert sent == [None, "high", None, None, None]


async def test_an_unknown_effort_is_refused(user_of_two_models: SignedInUser) -> None:
    conversation_id = await user_of_two_models.new_conversation(title="Named", model="gpt-5.2")
    change = {"reasoning_effort": "most"}
    await user_of_two_models.call("PATCH", f"/conversations/{conversation_id}", change, expect=422)


async def test_a_title_takes_the_lowest_effort(user_of_two_models: SignedInUser, model_server: RawModelServer) -> None:
    opened = await user_of_two_models.enter(await user_of_two_models.new_conversation(model="gpt-5.2"))
    await opened.ask_to_the_end("Question")
    await opened.expect("conversation.updated", title="Hello")
    assert model_server.requests[-1]["reasoning_effort"] == "none"
    assert model_server.requests[-1]["max_tokens"] > 1000
