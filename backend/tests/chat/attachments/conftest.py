"""Fixtures: users who attach files, and a store of their own for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.chat.providers.registry import get_registry
from tests.chat.attachments.uploader import Uploader


@pytest.fixture(autouse=True)
def store_folder(settings: Settings, tmp_path: Path) -> Path:
    """Keep the objects of this test in a folder of its own, and return it."""
    folder = tmp_path / "attachments"
    backend = "apps.chat.attachments.file_store.PrivateFileStorage"
    settings.STORAGES = settings.STORAGES | {"attachments": {"BACKEND": backend, "OPTIONS": {"location": str(folder)}}}
    for throttle in ("REGISTER", "LOGIN", "ANONYMOUS", "USER", "UPLOAD"):
        setattr(settings, f"THROTTLE_{throttle}", "off")
    return folder


@pytest.fixture
def models(settings: Settings) -> Iterator[None]:
    """Configure a model that nobody asks."""
    settings.OPENAI_API_KEY = "test-key"
    settings.OPENAI_BASE_URL = "http://127.0.0.1:9/v1"
    settings.AI_MODELS = ["first-model"]
    get_registry.cache_clear()
    yield
    get_registry.cache_clear()


@pytest.fixture
def make_uploader(db: None, models: None) -> Callable[[], Uploader]:
    """Return a function that signs up a new user."""

    def make() -> Uploader:
        uploader = Uploader()
        uploader.sign_up()
        return uploader

    return make


@pytest.fixture
def uploader(make_uploader: Callable[[], Uploader]) -> Uploader:
    return make_uploader()
