"""Fixtures for all tests that need a model; `pytest_plugins = ["tests.fakes.fixtures"]` in the root conftest."""

from collections.abc import Iterator

import pytest

from tests.fakes.model_server import ModelServer


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    """A fresh fake model service on a free port; its manual is at the top of model_server.py."""
    server = ModelServer().start()
    yield server
    server.stop()
