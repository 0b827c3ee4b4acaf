"""Fixtures of the tests of the conformance suite."""

import pytest
from pytest_django import Settings

from testkit.fakes.model_server import ModelServer
from testkit.live import LiveServer
from tests.chat.workers import start_workers
from tests.conformance.users import MODELS

__all__ = ["start_workers"]


@pytest.fixture
def chat_server(chat_server: LiveServer, model_server: ModelServer, settings: Settings) -> LiveServer:
    """The whole product, with a model that does not see besides the fake one."""
    chat_server.stop()
    settings.AI_MODELS = model_server.models = MODELS
    chat_server.start()
    return chat_server
