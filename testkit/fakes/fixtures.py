"""Fixtures for tests that need a model service; the root conftest loads them as a plug-in."""

import socket
from collections.abc import Iterator

import pytest

from testkit.fakes.model_server import ModelServer
from testkit.fakes.raw_model_server import RawModelServer


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    """A new fake model service on a free port; `model_server.py` describes its use."""
    server = ModelServer().start()
    yield server
    server.stop()


@pytest.fixture
def raw_model_server() -> Iterator[RawModelServer]:
    """A new fake model service on a free port, which answers with given bytes."""
    server = RawModelServer().start()
    yield server
    server.stop()


@pytest.fixture
def unserved_url() -> Iterator[str]:
    """The URL of a service that refuses connections; its port is bound, so that no other program listens there."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
