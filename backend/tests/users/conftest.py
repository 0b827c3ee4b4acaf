"""Fixtures: signed-in users, and a clock that a test advances."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from tests.users.devices import Device


class MovableClock:
    """Django's clock, which stands still until a test advances it; with a `tick` it advances each time it is read."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)
        self.tick = timedelta()

    def now(self) -> datetime:
        self._now += self.tick
        return self._now

    def advance(self, **by: float) -> None:
        self._now += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> MovableClock:
    moved = MovableClock()
    monkeypatch.setattr("django.utils.timezone.now", moved.now)
    return moved


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
