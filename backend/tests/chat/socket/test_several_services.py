"""Several model services at once, each with its own models (docs/api.md: A-8.8, A-8.10, A-8.11)."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser
from tests.chat.socket.conversations import OpenConversation, begin_answer

FIRST, SECOND = "fake-model", "spare-ai::fake-model"


@pytest.fixture
def other_server() -> Iterator[ModelServer]:
    """Another service that has a model of the same name."""
    server = ModelServer(models=["fake-model", "more"]).start()
    yield server
    server.stop()


async def add_service(admin: SignedInUser, name: str, base_url: str, **more: Any) -> list[dict[str, Any]]:
    body = {"name": name, "base_url": base_url, "api_key": f"key of {name}".replace(" ", "-"), **more}
    return list((await admin.call("POST", "/models/services", body, expect=201))["services"])


async def services_by_model(user: SignedInUser) -> dict[str, str]:
    """Return the services of the models that can be used, by id."""
    listed = await user.call("GET", "/models", expect=200)
    return {model["id"]: model["service"] for model in listed["models"] if model["available"]}


async def test_the_same_name_at_two_services_is_two_models(
    administrator: SignedInUser, model_server: ModelServer, other_server: ModelServer
) -> None:
    await add_service(administrator, "Main AI", model_server.base_url)
    services = await add_service(administrator, "Spare AI", other_server.base_url)
    assert [(one["id"], one["name"], one["prefix"]) for one in services] == [
        (1, "Main AI", ""),
        (2, "Spare AI", "spare-ai::"),
    ]
    assert await services_by_model(administrator) == {
        FIRST: "Main AI",
        SECOND: "Spare AI",
        "spare-ai::more": "Spare AI",
    }
    for model, server, key in ((FIRST, model_server, "key-of-Main-AI"), (SECOND, other_server, "key-of-Spare-AI")):
        conversation = await OpenConversation.open(administrator, model=model)
        assert (await conversation.socket.ask_to_the_end("hi")).content == "Echo: hi"
        question = server.questions[-1]
        assert question.body["model"] == "fake-model"
        assert question.headers["Authorization"] == f"Bearer {key}"
        assert (await conversation.last_message())["model_used"] == model
        assert (await conversation.details())["model"] == model
    assert len(model_server.questions) == len(other_server.questions) == 1


async def test_the_models_of_a_renamed_service_keep_their_ids(
    administrator: SignedInUser, model_server: ModelServer, other_server: ModelServer
) -> None:
    await add_service(administrator, "Main AI", model_server.base_url)
    await add_service(administrator, "Spare AI", other_server.base_url, models=["fake-model"])
    change = {"name": "Renamed", "base_url": other_server.base_url, "models": ["more"]}
    await administrator.call("PUT", "/models/services/2", change, expect=200)
    assert await services_by_model(administrator) == {FIRST: "Main AI", "spare-ai::more": "Renamed"}
    assert await administrator.call("POST", "/models/services/2/test", expect=200) == {"models": 1}


async def test_services_are_removed_one_by_one(
    administrator: SignedInUser, model_server: ModelServer, other_server: ModelServer
) -> None:
    await add_service(administrator, "Main AI", model_server.base_url)
    await add_service(administrator, "Spare AI", other_server.base_url)
    left = await administrator.call("DELETE", "/models/services/1", expect=200)
    assert [one["name"] for one in left["services"]] == ["Spare AI"]
    assert await services_by_model(administrator) == {SECOND: "Spare AI", "spare-ai::more": "Spare AI"}
    # The next service that is added is the first: its models have their names as ids.
    await add_service(administrator, "Main AI", model_server.base_url)
    assert (await services_by_model(administrator))[FIRST] == "Main AI"
    await administrator.call("DELETE", "/models/services/2", expect=200)
    await administrator.call("DELETE", "/models/services/2", expect=404)
    assert await services_by_model(administrator) == {FIRST: "Main AI"}


async def test_an_answer_continues_while_another_service_is_added(
    administrator: SignedInUser, model_server: ModelServer, other_server: ModelServer
) -> None:
    await add_service(administrator, "Main AI", model_server.base_url)
    conversation = await OpenConversation.open(administrator)
    answer_id = (await begin_answer(conversation, model_server, seen=1, of=3, question="Count")).message_id
    requests_before = model_server.model_list_requests
    await add_service(administrator, "Spare AI", other_server.base_url)
    # Services that stay the same are not asked again.
    assert model_server.model_list_requests == requests_before
    model_server.open(2)
    assert (await conversation.socket.read_to_the_end(answer_id)).content.split() == ["w1", "w2", "w3"]


async def test_a_name_cannot_be_used_for_two_services(
    administrator: SignedInUser, model_server: ModelServer, other_server: ModelServer
) -> None:
    await add_service(administrator, "Main AI", model_server.base_url)
    body = {"name": "main ai", "base_url": other_server.base_url, "api_key": ""}
    refused = await administrator.call("POST", "/models/services", body, expect=409)
    assert refused["code"] == "MODEL_SERVICE_NAME_TAKEN"
    # Names that look the same in ids are told apart there.
    await add_service(administrator, "Spare AI", other_server.base_url)
    services = await add_service(administrator, "spare-ai", other_server.base_url)
    assert [one["prefix"] for one in services] == ["", "spare-ai::", "spare-ai-2::"]


async def test_a_service_that_is_down_does_not_hide_the_others(
    administrator: SignedInUser,
    server_without_service: LiveServer,
    model_server: ModelServer,
    other_server: ModelServer,
) -> None:
    await add_service(administrator, "Main AI", model_server.base_url)
    await add_service(administrator, "Spare AI", other_server.base_url)
    server_without_service.stop()
    model_server.script()
    other_server.stop()
    server_without_service.start()
    assert await services_by_model(administrator) == {FIRST: "Main AI"}
    refused = await administrator.call("POST", "/models/services/2/test", expect=400)
    assert refused["code"] == "MODEL_SERVICE_REFUSED"
    conversation = await OpenConversation.open(administrator)
    assert (await conversation.socket.ask_to_the_end("hi")).content == "Echo: hi"


@pytest.fixture
def services_of_environment(
    server_without_service: LiveServer,
    administrator: SignedInUser,
    model_server: ModelServer,
    other_server: ModelServer,
    settings: Settings,
) -> None:
    """A server whose environment names two services."""
    server_without_service.stop()
    nothing: dict[str, Any] = {"models": (), "limits": ()}
    settings.AI_SERVICES = [
        {"name": "Main AI", "base_url": model_server.base_url, "api_key": "one", **nothing},
        {"name": "Spare AI", "base_url": other_server.base_url, "api_key": "two", **nothing, "models": ("more",)},
    ]
    server_without_service.start()


@pytest.mark.usefixtures("services_of_environment")
async def test_the_environment_names_several_services(administrator: SignedInUser, other_server: ModelServer) -> None:
    assert await services_by_model(administrator) == {FIRST: "Main AI", "spare-ai::more": "Spare AI"}
    shown = await administrator.call("GET", "/models/services", expect=200)
    assert [(one["source"], one["name"]) for one in shown["services"]] == [
        ("environment", "Main AI"),
        ("environment", "Spare AI"),
    ]
    conversation = await OpenConversation.open(administrator, model="spare-ai::more")
    await conversation.socket.ask_to_the_end("hi")
    assert other_server.questions[-1].headers["Authorization"] == "Bearer two"


@pytest.mark.usefixtures("services_of_environment")
async def test_services_of_the_environment_can_be_tested(administrator: SignedInUser) -> None:
    assert await administrator.call("POST", "/models/services/2/test", expect=200) == {"models": 1}


@pytest.mark.usefixtures("services_of_environment")
async def test_no_service_can_be_added_to_those_of_the_environment(
    administrator: SignedInUser, other_server: ModelServer
) -> None:
    body = {"name": "x", "base_url": other_server.base_url, "api_key": ""}
    refused = await administrator.call("POST", "/models/services", body, expect=409)
    assert refused["code"] == "MODEL_SERVICE_FIXED"


async def test_limits_of_the_administrator_take_precedence(
    administrator: SignedInUser, model_server: ModelServer
) -> None:
    model_server.models = ["fake-model", "gpt-4o"]
    limits = [
        {"model": "fake-model", "context_window": 2048, "max_output": 600},
        {"model": "gpt-4o", "max_output": 700},
    ]
    await add_service(administrator, "Main AI", model_server.base_url, models=["fake-model", "gpt-4o"], limits=limits)
    listed = (await administrator.call("GET", "/models", expect=200))["models"]
    assert [(model["context_window"], model["max_output"]) for model in listed] == [(2048, 600), (128_000, 700)]
    conversation = await OpenConversation.open(administrator, model="fake-model", system_prompt="Be brief.")
    await conversation.socket.ask_to_the_end("word " * 1400)
    await conversation.socket.ask_to_the_end("word " * 1400)
    body = model_server.questions[-1].body
    # The first question no longer fits.
    assert body["max_tokens"] == 600
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert (await conversation.last_message())["context_dropped"] > 0
