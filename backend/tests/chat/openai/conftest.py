"""Fixtures: a program with a key of the user, and a model service that answers with given bytes."""

from collections.abc import Iterator

import pytest

from testkit.fakes.raw_model_server import RawModelServer
from testkit.live import SignedInUser
from tests.chat.openai.programs import Program, make_key


@pytest.fixture
async def program(user: SignedInUser) -> Program:
    return Program(user.server, (await make_key(user))["key"])


@pytest.fixture
def raw_model_server() -> Iterator[RawModelServer]:
    server = RawModelServer().start()
    yield server
    server.stop()
