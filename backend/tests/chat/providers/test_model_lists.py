"""Lists of models in the shapes of the services, and what an entry states about its model."""

import json

import pytest

from apps.chat.providers.errors import Failure, ProviderUnavailableError
from apps.chat.providers.model import Missing, Model
from tests.chat.providers.conftest import MakeCatalogue
from tests.chat.providers.web_server import web_server

pytestmark = pytest.mark.storeless


async def list_models(make_catalogue: MakeCatalogue, body: object) -> dict[str, Model]:
    """Return the models that are listed for a configured service whose list is `body`, by id."""
    async with web_server(json.dumps(body).encode()) as url:
        catalogue = await make_catalogue(OPENAI_BASE_URL=url, AI_MODELS=["*"])
    return {model.id: model for model in catalogue.list_models()}


@pytest.mark.parametrize(
    "body",
    [
        [{"id": "x"}],
        ["x"],
        {"data": [{"id": "x"}]},
        {"data": ["x"]},
        {"object": 1, "data": [{"id": "x"}]},
        {"object": "list", "data": [{"name": "x"}]},
        {"models": [{"id": "x"}]},
        {"models": ["x"]},
        {"models": [{"name": "x", "model": "x", "details": {"family": "llama"}}]},
        {"models": [{"model": "x"}], "nextPageToken": ""},
        {"result": [{"name": "x", "id": "x"}], "success": True},
        {"data": {"models": [{"model_name": "x"}]}},
        {"data": None, "models": [{"key": "x"}]},
        {"data": [{"id": None, "name": "x"}]},
        {"data": [{"id": 7, "model": "x"}]},
        {"data": [{"id": 7}, {"id": None}, None, "", [], {"name": {}}, {"id": "x", "created": "soon", "meta": 1}]},
        {"object": "list", "data": [{"id": "a b"}, {"id": "x"}, {"id": "x"}]},
        {"object": "list", "data": [], "models": [{"name": "x"}]},
        {"data": {"x": {"id": "x"}}},
        {"models": {"x": {}}},
        {"available_models": ["x"]},
        {"value": [{"name": "x"}]},
        {"data": [{"modelId": "x"}]},
    ],
    ids=str,
)
async def test_a_list_may_have_another_shape(make_catalogue: MakeCatalogue, body: object) -> None:
    assert list(await list_models(make_catalogue, body)) == ["x"]


async def test_a_list_may_begin_with_a_byte_order_mark(make_catalogue: MakeCatalogue) -> None:
    async with web_server(b'\xef\xbb\xbf{"data": [{"id": "x"}]}') as url:
        catalogue = await make_catalogue(OPENAI_BASE_URL=url, AI_MODELS=["*"])
    assert [model.id for model in catalogue.list_models()] == ["x"]


@pytest.mark.parametrize("body", [{}, {"data": "x"}, [7], {"models": [{"id": 7}]}, {"data": {"data": {"data": 1}}}, 7])
async def test_a_body_without_models_is_not_a_list(make_catalogue: MakeCatalogue, body: object) -> None:
    assert not any(model.available for model in (await list_models(make_catalogue, body)).values())


async def test_a_local_list_survives_a_bad_entry(make_catalogue: MakeCatalogue) -> None:
    body = {"object": "list", "data": [{"id": 7}, None, {"id": "x"}, "y", {"name": "z"}]}
    async with web_server(json.dumps(body).encode()) as url:
        catalogue = await make_catalogue(LOCAL_DISCOVERY="on", LOCAL_DISCOVERY_URLS=[url], AI_MODELS=["a"])
    assert [model.id for model in catalogue.list_models()] == ["x", "a"]


@pytest.mark.parametrize(
    ("stated", "window"),
    [
        ({"meta": {"n_ctx": 5_000, "n_ctx_train": 9_000}}, 5_000),
        ({"max_model_len": 6_000}, 6_000),
        ({"context_length": 7_000}, 7_000),
        ({"context_window": 8_000}, 8_000),
        ({"max_context_length": 9_000}, 9_000),
        ({"max_context_length": 131_072, "loaded_context_length": 4_096}, 4_096),
        ({"max_context_length": 9_000, "loaded_context_length": 0}, 9_000),
        ({"context_length": "131072"}, 131_072),
        ({"context_length": "131072.0"}, 131_072),
        ({"context_length": 131_072.0}, 131_072),
        ({"context_length": None, "top_provider": {"context_length": 9_000}}, 9_000),
        ({"context_length": 1_000_000, "top_provider": {"context_length": 200_000}}, 200_000),
        ({"max_input_tokens": 272_000, "max_tokens": 128_000}, 272_000),
        ({"model_info": {"max_input_tokens": 9_000}}, 9_000),
        ({"limits": {"max_input_tokens": 9_000, "max_output_tokens": 4_000}}, 9_000),
        ({"capabilities": {"limits": {"max_context_window_tokens": 9_000}}}, 9_000),
        ({"inputTokenLimit": 1_048_576, "outputTokenLimit": 8_192}, 1_048_576),
        ({"providers": [{"context_length": 9_000}, {"context_length": 8_000}, {}]}, 8_000),
        ({"metadata": {"context_length": 9_000}}, 9_000),
        ({"context_size": 9_000}, 9_000),
        ({"limit": {"context": 200_000, "output": 64_000}}, 200_000),
        ({}, 8_192),
        ({"context_length": "many", "max_model_len": True, "context_window": 3, "meta": [1]}, 8_192),
        ({"context_length": -1, "max_input_tokens": 1e300, "top_provider": "x", "providers": [1]}, 8_192),
    ],
    ids=str,
)
async def test_the_window_is_the_one_that_the_service_states(
    make_catalogue: MakeCatalogue, stated: dict[str, object], window: int
) -> None:
    assert (await list_models(make_catalogue, [{"id": "x", **stated}]))["x"].context_window == window


@pytest.mark.parametrize(
    ("stated", "output"),
    [
        ({"max_completion_tokens": 4_000}, 4_000),
        ({"max_output_tokens": "4000"}, 4_000),
        ({"top_provider": {"max_completion_tokens": 4_000.0}}, 4_000),
        ({"max_input_tokens": 272_000, "max_tokens": 4_000}, 4_000),
        ({"max_tokens": 4_000}, None),
        ({"outputTokenLimit": 4_000}, 4_000),
        ({"max_completion_tokens": None}, None),
    ],
    ids=str,
)
async def test_the_longest_answer_is_the_one_that_the_service_states(
    make_catalogue: MakeCatalogue, stated: dict[str, object], output: int | None
) -> None:
    assert (await list_models(make_catalogue, [{"id": "x", **stated}]))["x"].max_output == output


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("gpt-4o", 16_384),
        ("gpt-5-mini", 128_000),
        ("o1", 100_000),
        ("o1-mini-2024-09-12", 65_536),
        ("o1-preview", 32_768),
        ("openai/o3-mini", 100_000),
        ("o4-mini", 100_000),
        ("x", None),
    ],
)
async def test_the_longest_answer_follows_from_the_family(
    make_catalogue: MakeCatalogue, name: str, output: int | None
) -> None:
    assert (await list_models(make_catalogue, [{"id": name}]))[name].max_output == output


@pytest.mark.parametrize(
    ("name", "stated", "efforts"),
    [
        ("x", {"supported_parameters": ["temperature", "reasoning", "reasoning_effort"]}, "low medium high"),
        ("x", {"supported_parameters": ["include_reasoning", "reasoning"]}, "low medium high"),
        ("openai/gpt-5", {"supported_parameters": ["reasoning_effort"]}, "minimal low medium high"),
        ("openai/gpt-5", {"supported_parameters": ["temperature", "max_tokens"]}, ""),
        ("openai/gpt-5", {"supported_parameters": []}, "minimal low medium high"),
        ("openai/gpt-5", {"supported_parameters": "odd"}, "minimal low medium high"),
        ("x", {"supported_openai_params": ["reasoning_effort"]}, "low medium high"),
        ("x", {"reasoning": {"supported_efforts": ["max", "xhigh", "high", "none"]}}, "none high xhigh"),
        ("x", {"reasoning": {"supported_efforts": ["high", "none"], "mandatory": True}}, "high"),
        ("x", {"reasoning": {"supported_efforts": None}, "supported_parameters": ["reasoning"]}, "low medium high"),
        ("x", {"supported_reasoning_efforts": []}, ""),
        ("x", {"supported_reasoning_efforts": ["low", "medium"]}, "low medium"),
        ("x", {"capabilities": {"supports": {"reasoning_effort": ["low", "high"]}}}, "low high"),
        ("x", {"supported_reasoning_efforts": [{}, 7, "low"]}, "low"),
        ("x", {}, ""),
        ("gpt-5", {}, "minimal low medium high"),
        ("ft:o3-mini:company::AbC123", {}, "low medium high"),
        ("o1", {}, "low medium high"),
        ("o1-mini", {}, ""),
        ("gpt-5-search-api", {}, ""),
        ("gpt-6-chat-latest", {}, ""),
    ],
    ids=str,
)
async def test_the_service_states_which_models_accept_an_effort(
    make_catalogue: MakeCatalogue, name: str, stated: dict[str, object], efforts: str
) -> None:
    assert " ".join((await list_models(make_catalogue, [{"id": name, **stated}]))[name].efforts) == efforts


@pytest.mark.parametrize(
    "stated",
    [
        {"deprecation": {"fine_tune": 1_577_836_800, "inference": 32_472_144_000}},  # Azure
        {"shutdown_date": "2999-01-01"},
        {"shutdown_date": "29990101"},
        {"shutdown_date": "2999-01-01T12:00:00Z"},
        {"shutdown_date": 32_472_144_000},
        {"shutdown_date": "32472144000"},
        {"shutdown_date": 32_472_144_000_000},
        {"deprecation": {"shutdown_date": "2999-01-01"}},
        {"shutdown_date": "", "deprecation": {"inference": {}}, "expiration_date": "2999-01-01"},
    ],
    ids=str,
)
async def test_the_end_of_a_model_is_read_in_each_form(
    make_catalogue: MakeCatalogue, stated: dict[str, object]
) -> None:
    assert str((await list_models(make_catalogue, [{"id": "x", **stated}]))["x"].shutdown_date) == "2999-01-01"


@pytest.mark.parametrize(
    "stated",
    [
        {"successor": "y"},
        {"replaced_by": "y"},
        {"successor": {"id": "y"}},
        {"replacement_models": ["z", "y"]},
        {"deprecation": {"replacement": "y"}},
        {"successor": [["z"], None, {"id": 7}], "replacement": "y"},
        {"replacement_model": "y"},
        {"deprecation_replacement_model": "y"},
    ],
    ids=str,
)
async def test_the_successor_is_read_in_each_form(make_catalogue: MakeCatalogue, stated: dict[str, object]) -> None:
    assert (await list_models(make_catalogue, [{"id": "x", **stated}, {"id": "y"}]))["x"].successor == "y"


async def test_models_that_do_not_chat_are_not_listed(make_catalogue: MakeCatalogue) -> None:
    names = ["mistral-ocr-latest", "models/veo-3.0", "lyria-2", "kokoro", "parakeet-tdt", "gpt-image-1", "x"]
    assert list(await list_models(make_catalogue, [{"id": name} for name in names])) == ["x"]


# --- Models that exist in the Responses API only ---


@pytest.mark.parametrize("name", ["gpt-5-pro", "o3-pro-2025-06-10", "gpt-5-codex", "gpt-5.1-codex-mini", "codex-mini"])
@pytest.mark.parametrize("body", [[{"id": "NAME"}, {"id": "gpt-5"}], {}], ids=["listed", "without a list"])
async def test_a_named_model_of_the_responses_api_is_not_offered(
    make_catalogue: MakeCatalogue, name: str, body: object
) -> None:
    async with web_server(json.dumps(body).replace("NAME", name).encode()) as url:
        catalogue = await make_catalogue(OPENAI_BASE_URL=url, AI_MODELS=[name, "gpt-5"])
    usable, refused = catalogue.list_models()
    assert usable.id == "gpt-5"
    assert usable.available is True
    assert catalogue.default_model() == "gpt-5"
    assert refused.id == name
    assert refused.missing == Missing.RESPONSES_ONLY
    assert refused.why == "this model exists in the Responses API only, which this server does not use"
    with pytest.raises(ProviderUnavailableError) as caught:
        catalogue.get_provider(name)
    assert caught.value.failure is Failure.MODEL_GONE


async def test_services_that_name_vendors_have_responses_models_as_chat_models(make_catalogue: MakeCatalogue) -> None:
    async with web_server(b'[{"id": "openai/gpt-5-pro"}]') as url:
        catalogue = await make_catalogue(OPENAI_BASE_URL=url, AI_MODELS=["openai/gpt-5-pro"])
    assert [model.available for model in catalogue.list_models()] == [True]


async def test_services_state_which_models_see_images(make_catalogue: MakeCatalogue) -> None:
    stated: list[dict[str, object]] = [
        {"id": "openrouter-sees", "architecture": {"input_modalities": ["text", "image"]}},
        {"id": "gpt-4o-that-does-not", "architecture": {"input_modalities": ["text"]}},
        {"id": "mistral", "capabilities": {"vision": True}},
        {"id": "mistral-blind", "capabilities": {"vision": False, "completion_chat": True}},
        {"id": "lmstudio", "type": "vlm"},
        {"id": "llamacpp", "capabilities": ["completion", "multimodal"]},
        {"id": "silent", "architecture": "odd", "capabilities": {"vision": "odd"}, "input_modalities": 1},
    ]
    async with web_server(json.dumps({"object": "list", "data": stated}).encode()) as url:
        catalogue = await make_catalogue(LOCAL_DISCOVERY="on", LOCAL_DISCOVERY_URLS=[url], AI_MODELS=["a"])
    seeing = [model.vision for model in catalogue.list_models()[:-1]]
    assert seeing == [True, False, True, False, True, True, None]
