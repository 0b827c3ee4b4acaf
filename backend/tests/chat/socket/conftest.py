"""Fixtures: conversations with a socket."""

import pytest

from testkit.live import Person
from tests.chat.socket.rooms import Room


@pytest.fixture
async def room(person: Person) -> Room:
    """A new conversation and a socket in it."""
    return await Room.open(person)


@pytest.fixture
async def other_room(other_person: Person) -> Room:
    """Another user's conversation."""
    return await Room.open(other_person)
