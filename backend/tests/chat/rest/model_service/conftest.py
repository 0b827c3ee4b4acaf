"""Fixtures: an administrator of a server without a model service."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.users.models import User
from testkit.fakes.raw_model_server import RawModelServer
from tests.chat.rest.accounts import Account


@pytest.fixture(autouse=True)
def no_service(settings: Settings, models: list[str]) -> Iterator[None]:
    """Remove the model service from the environment."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    settings.AI_MODELS = []
    get_catalogue.cache_clear()
    yield
    get_catalogue.cache_clear()


@pytest.fixture
def administrator(db: None) -> Account:
    account = Account.sign_up()
    User.objects.filter(username=account.name).update(is_staff=True, is_superuser=True)
    return account


@pytest.fixture
def service_without_list(raw_model_server: RawModelServer) -> RawModelServer:
    """A model service that answers 404 to a request for its models."""
    raw_model_server.model_list = None
    return raw_model_server
