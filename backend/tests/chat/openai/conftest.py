"""Fixtures: a program with a key of the user."""

import pytest

from testkit.live import Person
from tests.chat.openai.programs import Program, make_key


@pytest.fixture
async def program(person: Person) -> Program:
    return Program(person.server, (await make_key(person))["key"])
