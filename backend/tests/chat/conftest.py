"""Fixtures of all tests of the chat."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.users.models import User
from tests.chat.workers import start_workers

__all__ = ["start_workers"]


@pytest.fixture
def owner(db: None) -> User:
    """A user whose conversations a test stores directly."""
    return User.objects.create(username="owner", email="owner@example.org")


@pytest.fixture
def models(settings: Settings) -> Iterator[list[str]]:
    """Configure two models of a service that no test calls, and return their names."""
    settings.OPENAI_API_KEY = "test-key"
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    settings.AI_MODELS = ["first-model", "second-model"]
    get_catalogue.cache_clear()
    yield ["first-model", "second-model"]
    get_catalogue.cache_clear()
