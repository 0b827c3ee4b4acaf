"""Fixtures: signed-in users, and a clock that a test advances."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import time_machine
from django.core.management import call_command

from tests.users.devices import Device
from tests.users.movable_clock import MovableClock


@pytest.fixture
def clock() -> Iterator[MovableClock]:
    with time_machine.travel(datetime.now(UTC), tick=False) as traveller:
        yield MovableClock(traveller)


@pytest.fixture
def name() -> str:
    """Return an unused user name."""
    return f"ada-{uuid4().hex[:12]}"


@pytest.fixture
def signed_in(name: str, db: None) -> Callable[[], Device]:
    """Return a function that signs the same user in on another device."""
    Device().register(name)

    def make() -> Device:
        device = Device()
        assert device.sign_in(name).status == 200
        return device

    return make


@pytest.fixture
def device(signed_in: Callable[[], Device]) -> Device:
    return signed_in()


@pytest.fixture
def create_link(name: str, capsys: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """Return a function that creates a one-time link for the user, and returns its token."""

    def make() -> str:
        call_command("create_reset_link", name)
        return capsys.readouterr().out.strip().partition("/reset-password#token=")[2]

    return make


@pytest.fixture
def invite(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return a function that creates an invitation, and returns its token."""

    def make(*arguments: str) -> str:
        call_command("create_invitation", *arguments)
        return capsys.readouterr().out.strip().partition("#invite=")[2]

    return make
