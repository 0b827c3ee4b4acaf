"""Fixtures: a server with two models, and users with accounts on it."""

import pytest
from pytest_django import Settings

from tests.chat.rest.accounts import Account


@pytest.fixture(autouse=True)
def no_throttles(settings: Settings, models: list[str]) -> None:
    for throttle in ("REGISTER", "LOGIN", "ANONYMOUS", "USER"):
        setattr(settings, f"THROTTLE_{throttle}", "off")


@pytest.fixture
def account(db: None) -> Account:
    return Account.sign_up()


@pytest.fixture
def other_account(db: None) -> Account:
    return Account.sign_up()


@pytest.fixture
def conversation(account: Account) -> str:
    """A new conversation of the account."""
    return account.new_conversation()
