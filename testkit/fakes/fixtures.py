"""Fixtures for all tests that need a model; `pytest_plugins = ["testkit.fakes.fixtures"]` in the root conftest."""

import socket
from collections.abc import Iterator

import pytest

from testkit.fakes.model_server import ModelServer


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    """A fresh fake model service on a free port; its manual is at the top of model_server.py."""
    server = ModelServer().start()
    yield server
    server.stop()


@pytest.fixture
def deserted_url() -> Iterator[str]:
    """Where a model service would be if anybody listened; the port is taken, so that nobody else may meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
