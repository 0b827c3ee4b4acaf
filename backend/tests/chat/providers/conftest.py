from collections.abc import AsyncIterator, Callable

import pytest

from apps.chat.providers.openai import OpenAIProvider
from apps.chat.providers.service_connection import Service
from testkit.fakes.model_server import ModelServer

type MakeProvider = Callable[..., OpenAIProvider]


@pytest.fixture
async def make_provider(model_server: ModelServer) -> AsyncIterator[MakeProvider]:
    """Make providers of the fake service with the given settings; they are closed after the test."""
    made: list[OpenAIProvider] = []

    def make(**settings: object) -> OpenAIProvider:
        values = {"name": "openai", "base_url": model_server.base_url, "api_key": "key-of-the-test", **settings}
        made.append(OpenAIProvider(Service(**values)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for provider in made:
        await provider.aclose()


@pytest.fixture
def provider(make_provider: MakeProvider) -> OpenAIProvider:
    """A provider of the fake service."""
    return make_provider()
