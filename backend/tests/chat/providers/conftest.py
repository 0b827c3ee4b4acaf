from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from pytest_django import Settings

from apps.chat.providers.catalogue.model_catalogue import ModelCatalogue, get_catalogue
from apps.chat.providers.connection.service_connection import ServiceEndpoint
from apps.chat.providers.openai import OpenAIProvider
from testkit.fakes.model_server import ModelServer

type MakeProvider = Callable[..., OpenAIProvider]
type MakeCatalogue = Callable[..., Awaitable[ModelCatalogue]]

DEFAULT_MODELS = {"gpt-4o": 128_000, "gpt-4o-mini": 128_000, "gpt-4-turbo": 128_000, "gpt-3.5-turbo": 16_385}


def ids(catalogue: ModelCatalogue) -> list[str]:
    return [model.id for model in catalogue.list_models()]


@pytest.fixture
async def make_provider(model_server: ModelServer) -> AsyncIterator[MakeProvider]:
    """Make providers of the fake service with the given settings; they are closed after the test."""
    providers: list[OpenAIProvider] = []

    def make(**settings: object) -> OpenAIProvider:
        values = {"name": "openai", "base_url": model_server.base_url, "api_key": "key-of-the-test", **settings}
        providers.append(OpenAIProvider(ServiceEndpoint(**values)))  # type: ignore[arg-type]
        return providers[-1]

    yield make
    for provider in providers:
        await provider.aclose()


@pytest.fixture
def provider(make_provider: MakeProvider) -> OpenAIProvider:
    """A provider of the fake service."""
    return make_provider()


@pytest.fixture
async def make_catalogue(settings: Settings) -> AsyncIterator[MakeCatalogue]:
    """Make and start catalogues with the given settings; the other ones are unset."""
    catalogues: list[ModelCatalogue] = []

    async def make(**changes: object) -> ModelCatalogue:
        unset = {"OPENAI_API_KEY": "", "OPENAI_BASE_URL": "", "AI_MODELS": [], "LOCAL_DISCOVERY_URLS": []}
        for name, value in (unset | changes).items():
            setattr(settings, name, value)
        get_catalogue.cache_clear()
        catalogues.append(get_catalogue())
        await catalogues[-1].start()
        return catalogues[-1]

    yield make
    for catalogue in catalogues:
        await catalogue.aclose()
    get_catalogue.cache_clear()
