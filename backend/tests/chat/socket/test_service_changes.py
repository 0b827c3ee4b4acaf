"""A model service set while the server runs is used at once, on every worker (docs/api.md: A-8.3)."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from aiohttp.abc import ResolveResult
from aiohttp.resolver import DefaultResolver
from pytest_django import Settings

from apps.chat.models import ModelService
from apps.core.database import run_in_database
from apps.core.ids import uuid7
from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer, SignedInUser, pause
from tests.chat.socket.conversations import OpenConversation, begin_answer


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that sets the addresses of every name, one for each look-up; the last one repeats."""
    addresses: list[str] = []

    async def look_up(
        _self: object, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        return [ResolveResult(hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0)]

    monkeypatch.setattr(DefaultResolver, "resolve", look_up)

    def set_addresses(*new: str) -> None:
        addresses[:] = new

    return set_addresses


@pytest.fixture
def other_service() -> Iterator[ModelServer]:
    """Another model service, with another model."""
    server = ModelServer(models=["other-model"]).start()
    yield server
    server.stop()


async def set_model_service(administrator: SignedInUser, base_url: str) -> None:
    await administrator.call("PUT", "/models/service", {"base_url": base_url, "api_key": "key"}, expect=200)


async def list_available_models(user: SignedInUser) -> list[str]:
    listed: dict[str, Any] = await user.call("GET", "/models", expect=200)
    return [model["id"] for model in listed["models"] if model["available"]]


async def test_a_new_model_service_answers_before_and_after_a_restart(
    administrator: SignedInUser, server_without_service: LiveServer, model_server: ModelServer
) -> None:
    assert await list_available_models(administrator) == []
    await set_model_service(administrator, model_server.base_url)
    assert await list_available_models(administrator) == ["fake-model"]
    conversation = await OpenConversation.open(administrator)
    assert (await conversation.socket.ask_to_the_end("hi")).content == "Echo: hi"
    assert model_server.questions[0].headers["Authorization"] == "Bearer key"
    server_without_service.restart()
    assert await list_available_models(administrator) == ["fake-model"]


async def test_a_running_answer_is_finished_by_the_previous_service(
    administrator: SignedInUser, model_server: ModelServer, other_service: ModelServer
) -> None:
    await set_model_service(administrator, model_server.base_url)
    conversation = await OpenConversation.open(administrator)
    answer_id = (await begin_answer(conversation, model_server, seen=1, of=3, question="Count")).message_id
    await set_model_service(administrator, other_service.base_url)
    assert await list_available_models(administrator) == ["other-model"]
    model_server.open(2)
    assert (await conversation.socket.read_to_the_end(answer_id)).content.split() == ["w1", "w2", "w3"]


async def test_a_service_stored_by_another_worker_is_used(
    administrator: SignedInUser, model_server: ModelServer, other_service: ModelServer
) -> None:
    await set_model_service(administrator, model_server.base_url)

    def store_directly() -> None:
        ModelService.objects.update(base_url=other_service.base_url, version=uuid7())

    await run_in_database(store_directly)
    await other_service.until(lambda: other_service.model_list_requests > 0)
    await run_in_database(ModelService.objects.all().delete)
    requests_before = other_service.model_list_requests
    while await list_available_models(administrator):
        await pause()
    assert other_service.model_list_requests == requests_before


async def test_a_name_that_later_resolves_to_a_private_network_is_refused(
    administrator: SignedInUser, model_server: ModelServer, resolve: Callable[..., None], settings: Settings
) -> None:
    resolve("127.0.0.1", "10.0.0.1")  # The test of the service gets the first address.
    settings.AI_MODELS = ["fake-model"]
    await set_model_service(administrator, model_server.base_url.replace("127.0.0.1", "models.example"))
    conversation = await OpenConversation.open(administrator)
    answer = await conversation.socket.ask_to_the_end("hi")
    assert answer.content == ""
    assert (await conversation.last_message())["error_code"] == "AI_ERROR"
    assert model_server.questions == []
    resolve("127.0.0.1")
    assert (await conversation.socket.ask_to_the_end("again")).content.startswith("Echo: ")
