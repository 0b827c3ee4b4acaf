"""The models that the settings make available."""

import json
import socket
from datetime import date

import pytest

from apps.chat.providers.base import Failure, Missing, ProviderUnavailableError
from testkit.fakes.model_server import ModelServer
from tests.chat.providers.asking import ask
from tests.chat.providers.conftest import DEFAULT_MODELS, MakeCatalogue, ids
from tests.chat.providers.web_server import web_server

pytestmark = pytest.mark.storeless


async def test_the_catalogue_is_listed_for_a_service(model_server: ModelServer, make_catalogue: MakeCatalogue) -> None:
    model_server.models = list(DEFAULT_MODELS)
    catalogue = await make_catalogue(OPENAI_BASE_URL=model_server.base_url)
    models = catalogue.list_models()
    assert {model.id: model.context_window for model in models} == DEFAULT_MODELS
    assert all(model.available and model.why is None and model.provider == "openai" for model in models)
    assert {model.service for model in models} == {"127.0.0.1"}
    assert catalogue.default_model() == "gpt-4o"
    answer = await ask(catalogue.get_provider("gpt-4o"), "hi")
    assert answer.content == "Echo: hi"


async def test_the_key_reaches_the_service(model_server: ModelServer, make_catalogue: MakeCatalogue) -> None:
    catalogue = await make_catalogue(OPENAI_BASE_URL=model_server.base_url, OPENAI_API_KEY="sk-of-the-settings")
    await ask(catalogue.get_provider(catalogue.default_model()), "hi")
    assert model_server.requests[0].headers["Authorization"] == "Bearer sk-of-the-settings"


async def test_without_a_key_the_models_say_what_is_missing(make_catalogue: MakeCatalogue) -> None:
    catalogue = await make_catalogue()
    assert ids(catalogue) == list(DEFAULT_MODELS)
    assert {(model.available, model.why) for model in catalogue.list_models()} == {(False, "OPENAI_API_KEY is not set")}
    assert catalogue.default_model() == "gpt-4o"
    with pytest.raises(ProviderUnavailableError):
        catalogue.get_provider("gpt-4o")


async def test_ai_models_replaces_the_catalogue(model_server: ModelServer, make_catalogue: MakeCatalogue) -> None:
    model_server.models = ["gpt-4o", "fake-model"]
    catalogue = await make_catalogue(
        OPENAI_BASE_URL=model_server.base_url, AI_MODELS=["fake-model", "gpt-4o", "fake-model"]
    )
    assert ids(catalogue) == ["fake-model", "gpt-4o"]
    assert catalogue.default_model() == "fake-model"
    model = catalogue.find_model("fake-model")
    assert model is not None
    assert model.name == "fake-model"
    assert model.context_window == 8_192
    assert catalogue.find_model("gpt-4-turbo") is None
    with pytest.raises(ProviderUnavailableError):
        catalogue.get_provider("gpt-4-turbo")


async def test_a_star_lists_the_chat_models_of_the_service(
    model_server: ModelServer, make_catalogue: MakeCatalogue
) -> None:
    model_server.models = ["new-model", "text-embedding-3-small", "whisper-1", "old-model", "new-model", "bad id"]
    catalogue = await make_catalogue(OPENAI_BASE_URL=model_server.base_url, AI_MODELS=["*"])
    assert ids(catalogue) == ["new-model", "old-model"]
    assert catalogue.default_model() == "new-model"
    assert model_server.model_list_requests == 1


async def test_a_star_lists_the_catalogue_while_the_service_is_unreachable(
    make_catalogue: MakeCatalogue, unserved_url: str
) -> None:
    catalogue = await make_catalogue(OPENAI_BASE_URL=unserved_url, AI_MODELS=["*"])
    assert ids(catalogue) == list(DEFAULT_MODELS)
    assert not any(model.available for model in catalogue.list_models())


async def test_a_service_that_hangs_does_not_delay_the_start(
    make_catalogue: MakeCatalogue, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        with caplog.at_level("INFO"):
            catalogue = await make_catalogue(OPENAI_BASE_URL=url, AI_MODELS=["*"], MODEL_DISCOVERY_SECONDS=0.5)
        assert not any(model.available for model in catalogue.list_models())
        assert "models_not_found_yet" in caplog.text


async def test_a_named_model_that_the_service_does_not_have_is_retired(
    model_server: ModelServer, make_catalogue: MakeCatalogue
) -> None:
    catalogue = await make_catalogue(OPENAI_BASE_URL=model_server.base_url, AI_MODELS=["gone", "fake-model"])
    assert [(model.id, model.missing) for model in catalogue.list_models()] == [
        ("fake-model", None),
        ("gone", Missing.RETIRED),
    ]
    assert catalogue.default_model() == "fake-model"
    with pytest.raises(ProviderUnavailableError) as refused:
        catalogue.get_provider("gone")
    assert refused.value.failure is Failure.MODEL_GONE


@pytest.mark.parametrize("body", [b'{"object": "list", "data": []}', b"<html>", b"{}"])
async def test_named_models_stay_usable_at_a_service_without_a_list(make_catalogue: MakeCatalogue, body: bytes) -> None:
    for status in ("200 OK", "404 Not Found"):
        async with web_server(body, status) as url:
            catalogue = await make_catalogue(OPENAI_BASE_URL=url, AI_MODELS=["a", "b"])
            assert [model.id for model in catalogue.list_models() if model.available] == ["a", "b"]


async def test_named_models_stay_usable_while_the_service_is_unreachable(
    make_catalogue: MakeCatalogue, unserved_url: str
) -> None:
    catalogue = await make_catalogue(OPENAI_BASE_URL=unserved_url)
    assert [model.id for model in catalogue.list_models() if model.available] == list(DEFAULT_MODELS)


async def test_the_preferred_models_that_the_service_has_join_the_default_ones(
    model_server: ModelServer, make_catalogue: MakeCatalogue
) -> None:
    model_server.models = ["gpt-4o", "gpt-5.4", "gpt-4.1", "other"]
    catalogue = await make_catalogue(OPENAI_BASE_URL=model_server.base_url)
    assert [model.id for model in catalogue.list_models() if model.available] == ["gpt-5.4", "gpt-4.1", "gpt-4o"]
    assert catalogue.default_model() == "gpt-5.4"


async def test_a_service_without_any_default_model_offers_its_chat_models(
    model_server: ModelServer, make_catalogue: MakeCatalogue
) -> None:
    model_server.models = ["mistral-small", "mistral-embed"]
    catalogue = await make_catalogue(OPENAI_BASE_URL=model_server.base_url)
    assert ids(catalogue) == ["mistral-small", *DEFAULT_MODELS]
    assert catalogue.default_model() == "mistral-small"


async def test_the_default_of_listed_models_is_the_first_preferred_one(
    model_server: ModelServer, make_catalogue: MakeCatalogue
) -> None:
    model_server.models = ["aaa", "gpt-4o", "gpt-5.1"]
    catalogue = await make_catalogue(OPENAI_BASE_URL=model_server.base_url, AI_MODELS=["*"])
    assert catalogue.default_model() == "gpt-5.1"


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("llama3", "llama3:latest"),
        ("gemini-2.5-pro", "models/gemini-2.5-pro"),
        ("openai/gpt-4o:online", "openai/gpt-4o"),
        ("openai/gpt-4o", "openai/*"),
    ],
)
async def test_services_list_models_under_other_names(
    model_server: ModelServer, make_catalogue: MakeCatalogue, name: str, listed: str
) -> None:
    model_server.models = [listed]
    catalogue = await make_catalogue(OPENAI_BASE_URL=model_server.base_url, AI_MODELS=[name])
    assert [model.available for model in catalogue.list_models()] == [True]


@pytest.mark.parametrize(
    ("stated", "end", "is_retired"),
    [
        ({"shutdown_date": "2999-01-14"}, "2999-01-14", False),
        ({"shutdown_date": "2020-01-14"}, "2020-01-14", True),
        ({"shutdown_date": 32472144000}, "2999-01-01", False),
        ({"expiration_date": "2999-01-14T08:00:00Z"}, "2999-01-14", False),
        ({"deprecation": "2020-01-14T00:00:00.000Z"}, "2020-01-14", True),
        ({"active": False}, None, True),
        ({"shutdown_date": "soon", "active": None}, None, False),
        ({"shutdown_date": True, "successor": 7}, None, False),
    ],
)
async def test_a_list_states_when_a_model_is_retired(
    make_catalogue: MakeCatalogue, stated: dict[str, object], end: str | None, *, is_retired: bool
) -> None:
    body = json.dumps({"data": [{"id": "a", **stated}]}).encode()
    async with web_server(body) as url:
        catalogue = await make_catalogue(OPENAI_BASE_URL=url, AI_MODELS=["a"])
    (model,) = catalogue.list_models()
    assert model.shutdown_date == (end and date.fromisoformat(end))
    assert model.is_retired == is_retired


async def test_a_successor_that_is_not_listed_is_none(make_catalogue: MakeCatalogue) -> None:
    async with web_server(b'{"data": [{"id": "a", "successor": "not listed"}]}') as url:
        catalogue = await make_catalogue(OPENAI_BASE_URL=url, AI_MODELS=["a"])
    assert [model.successor for model in catalogue.list_models()] == [None]
