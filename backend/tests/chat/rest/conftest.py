"""Fixtures: a server with two models, and users with accounts on it."""

from collections.abc import Callable

import pytest
from pytest_django import Settings

from tests.chat.rest.accounts import Account


@pytest.fixture(autouse=True)
def no_throttles(settings: Settings, models: list[str]) -> None:
    for throttle in ("REGISTER", "LOGIN", "ANONYMOUS", "USER"):
        setattr(settings, f"THROTTLE_{throttle}", "off")


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
