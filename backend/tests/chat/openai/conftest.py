"""A program with a key of the user, by raw requests and with OpenAI's own client."""

from collections.abc import AsyncIterator

import pytest
from openai import AsyncOpenAI

from testkit.live import SignedInUser
from tests.chat.openai.programs import Program, make_key, open_client


@pytest.fixture
async def program(user: SignedInUser) -> Program:
    return Program(user.server, (await make_key(user))["key"])


@pytest.fixture
async def client(program: Program) -> AsyncIterator[AsyncOpenAI]:
    async with open_client(program.server, program.key) as client:
        yield client
