"""The model service of these tests."""

import pytest

from testkit.fakes.raw_model_server import RawModelServer


@pytest.fixture
def model_server(raw_model_server: RawModelServer) -> RawModelServer:
    """A model service that answers with given bodies, in place of the fake one."""
    return raw_model_server
