"""The model service of these tests."""

import pytest

from testkit.fakes.raw_model_server import RawModelServer
from tests.chat.answers.bodies import HELLO, stream


@pytest.fixture
def model_server(raw_model_server: RawModelServer) -> RawModelServer:
    """A model service that answers with `Hello`, or with what a test gives it, in place of the fake one."""
    raw_model_server.set_body(stream(HELLO))
    return raw_model_server
