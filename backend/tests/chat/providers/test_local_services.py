"""Model services on the same machine: their discovery, and what they state about their models."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from pytest_django import Settings

from apps.chat.providers.catalogue.configured_services import read_environment_services
from apps.chat.providers.catalogue.sources import make_sources
from testkit.fakes.model_server import ModelServer
from testkit.socket_client import PATIENCE_SECONDS
from tests.chat.providers.asking import ask, make_prompt
from tests.chat.providers.conftest import DEFAULT_MODELS, MakeCatalogue, ids
from tests.chat.providers.web_server import web_server

pytestmark = pytest.mark.storeless


async def until(condition: Callable[[], bool]) -> None:
    """Wait until the background work of the catalogue has made `condition` true."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0)


LLAMA_CPP = {"total_slots": 1, "default_generation_settings": {"n_ctx": 16384}}


OLLAMA = {"model_info": {"llama.context_length": 131072, "general.architecture": "llama"}}


@pytest.mark.parametrize(
    ("owner", "told", "window", "is_one_slot"),
    [
        ("llamacpp", LLAMA_CPP, 16_384, True),
        ("x", LLAMA_CPP, 16_384, True),
        ("llamacpp", LLAMA_CPP | {"total_slots": 4}, 16_384, False),
        ("library", OLLAMA, 131_072, True),
        ("library", OLLAMA | {"parameters": "stop x\nnum_ctx      32768"}, 32_768, True),
        ("x", OLLAMA | {"version": "0.12.0"}, 131_072, True),
        ("x", {}, 8_192, False),
        ("library", {"model_info": 7}, 8_192, True),
    ],
)
async def test_ollama_and_llama_cpp_state_windows_that_the_list_lacks(
    make_catalogue: MakeCatalogue, owner: str, told: dict[str, object], window: int, *, is_one_slot: bool
) -> None:
    # One body for every path.
    body = json.dumps({"object": "list", "data": [{"id": "a", "owned_by": owner}], **told}).encode()
    async with web_server(body) as url:
        catalogue = await make_catalogue(OPENAI_BASE_URL=url, AI_MODELS=["*"])
        await until(lambda: catalogue.list_models()[0].context_window == window)
        await until(lambda: catalogue.get_provider("a").is_one_slot == is_one_slot)


async def test_the_window_of_the_list_wins_over_the_native_one(make_catalogue: MakeCatalogue) -> None:
    entry = {"id": "a", "owned_by": "llamacpp", "context_length": 4096}
    async with web_server(json.dumps({"object": "list", "data": [entry], **LLAMA_CPP}).encode()) as url:
        catalogue = await make_catalogue(OPENAI_BASE_URL=url, AI_MODELS=["*"])
        await until(lambda: catalogue.get_provider("a").is_one_slot)
    assert catalogue.list_models()[0].context_window == 4096


async def test_models_found_on_this_machine_come_first(
    model_server: ModelServer, make_catalogue: MakeCatalogue
) -> None:
    model_server.models = ["llama3:8b", "nomic-embed-text"]
    catalogue = await make_catalogue(LOCAL_DISCOVERY="auto", LOCAL_DISCOVERY_URLS=[model_server.base_url + "/"])
    assert ids(catalogue) == ["llama3:8b", *DEFAULT_MODELS]
    assert catalogue.default_model() == "llama3:8b"
    model = catalogue.find_model("llama3:8b")
    assert model is not None
    assert model.available is True
    assert model.provider == "local"
    assert model.context_window == 4_096
    assert (await ask(catalogue.get_provider("llama3:8b"), "嗨")).content == "Echo: 嗨"


@pytest.mark.parametrize(
    "changes", [{"LOCAL_DISCOVERY": "off"}, {"OPENAI_API_KEY": "x"}, {"OPENAI_BASE_URL": "http://x"}]
)
async def test_local_services_are_ignored_when_another_is_set(
    model_server: ModelServer, make_catalogue: MakeCatalogue, changes: dict[str, str]
) -> None:
    urls = {"LOCAL_DISCOVERY": "auto", "LOCAL_DISCOVERY_URLS": [model_server.base_url], "AI_MODELS": ["x"]}
    # Those services need not answer.
    catalogue = await make_catalogue(**(urls | changes), MODEL_DISCOVERY_SECONDS=0.5)
    assert ids(catalogue) == ["x"]
    assert model_server.model_list_requests == 0


def test_local_services_are_named_by_their_usual_ports(settings: Settings) -> None:
    settings.LOCAL_DISCOVERY = "on"
    settings.LOCAL_DISCOVERY_URLS = [f"http://127.0.0.1:{port}/v1" for port in (11434, 1234, 8080, 9)]
    sources = make_sources(read_environment_services())
    assert [source.provider.name for source in sources] == ["ollama", "lmstudio", "llamacpp", "local", "openai"]
    assert [source.service for source in sources] == ["Ollama", "LM Studio", "llama.cpp", "127.0.0.1:9", "OpenAI"]


@pytest.mark.parametrize(
    "body",
    [
        b"<!doctype html><title>Not a model service</title>",
        b"",
        b"[]",
        b'{"data": [{"id": "x"}]}',
        b'{"object": "list", "data": [{"name": "x"}]}',
        b'{"object": "list", "data": {"id": "x"}}',
        b'{"object": "list", "data": [{"id": 7}]}',
        b'{"object": "page", "data": [{"id": "x"}]}',
        b'{"object": "list", "data": [{"id": "\xff"}]}',
        b'{"object": "list", "data": [{"id": "x y"}, {"id": ""}, {"id": "a\\u0000b"}]}',
        b'{"object": "list", "data": []}' + b" " * 5 * 1024 * 1024,
    ],
)
async def test_a_web_server_without_a_list_of_models_is_ignored(make_catalogue: MakeCatalogue, body: bytes) -> None:
    async with web_server(body) as url:
        catalogue = await make_catalogue(LOCAL_DISCOVERY="on", LOCAL_DISCOVERY_URLS=[url], AI_MODELS=["a"])
        assert ids(catalogue) == ["a"]


async def test_an_error_page_or_a_redirect_is_ignored(make_catalogue: MakeCatalogue) -> None:
    body = b'{"object": "list", "data": [{"id": "x"}]}'
    for status in ("404 Not Found", "302 Found\r\nLocation: /v1/models"):
        async with web_server(body, status) as url:
            catalogue = await make_catalogue(LOCAL_DISCOVERY="on", LOCAL_DISCOVERY_URLS=[url], AI_MODELS=["a"])
            assert ids(catalogue) == ["a"]


async def test_models_of_one_name_at_two_services_are_both_listed(
    model_server: ModelServer, make_catalogue: MakeCatalogue
) -> None:
    catalogue = await make_catalogue(
        LOCAL_DISCOVERY="on",
        LOCAL_DISCOVERY_URLS=[model_server.base_url],
        OPENAI_BASE_URL="http://127.0.0.1:9/v1",
        AI_MODELS=["fake-model", "other"],
    )
    # The configured service keeps its ids, whatever runs on this machine.
    local, *configured = ids(catalogue)
    assert local.endswith("::fake-model")
    assert configured == ["fake-model", "other"]
    prompt = replace(make_prompt("hi"), model=local)
    assert (await ask(catalogue.get_provider(local), prompt)).content == "Echo: hi"
    assert model_server.requests[-1].body["model"] == "fake-model"


async def test_a_service_that_has_stopped_is_not_listed_after_the_next_start(
    model_server: ModelServer, make_catalogue: MakeCatalogue
) -> None:
    catalogue = await make_catalogue(
        LOCAL_DISCOVERY="on", LOCAL_DISCOVERY_URLS=[model_server.base_url], AI_MODELS=["a"]
    )
    assert ids(catalogue) == ["fake-model", "a"]
    model_server.stop()
    await catalogue.aclose()
    await catalogue.start()
    assert ids(catalogue) == ["a"]
