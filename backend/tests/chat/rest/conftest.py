"""Fixtures: a server with two models, and users with accounts on it."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django import Settings

from apps.chat.providers.registry import get_registry
from tests.chat.rest.accounts import Account


@pytest.fixture(autouse=True)
def models(settings: Settings) -> Iterator[list[str]]:
    """Configure two models and return their names."""
    settings.OPENAI_API_KEY = "test-key"
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    settings.AI_MODELS = ["first-model", "second-model"]
    for throttle in ("REGISTER", "LOGIN", "ANONYMOUS", "USER"):
        setattr(settings, f"THROTTLE_{throttle}", "off")
    get_registry.cache_clear()
    yield ["first-model", "second-model"]
    get_registry.cache_clear()


@pytest.fixture
def make_account(db: None) -> Callable[[], Account]:
    """Return a function that signs up a new user."""
    return Account.sign_up


@pytest.fixture
def account(make_account: Callable[[], Account]) -> Account:
    return make_account()


@pytest.fixture
def other_account(make_account: Callable[[], Account]) -> Account:
    return make_account()
