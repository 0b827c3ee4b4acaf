"""A program with a key of the user."""

import pytest

from testkit.live import SignedInUser
from tests.chat.openai.programs import Program, make_key


@pytest.fixture
async def program(user: SignedInUser) -> Program:
    return Program(user.server, (await make_key(user))["key"])
