"""Fixtures: conversations with a socket."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from pytest_django import Settings

from testkit.live import LiveServer, Person, drop_connections
from tests.chat.socket.rooms import Room


@pytest.fixture
async def room(person: Person) -> Room:
    """A new conversation and a socket in it."""
    return await Room.open(person)


@pytest.fixture
async def other_room(other_person: Person) -> Room:
    """Another user's conversation."""
    return await Room.open(other_person)


@pytest.fixture
def plain_server(chat_server: LiveServer, settings: Settings) -> LiveServer:
    """A server without a model service in its environment."""
    chat_server.stop()
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    settings.AI_MODELS = []
    chat_server.start()
    return chat_server


@pytest.fixture
def narrow_server(chat_server: LiveServer) -> LiveServer:
    """A server that a client which does not read holds up after some hundred kilobytes."""
    chat_server.stop()
    chat_server.send_buffer = 4096
    chat_server.start()
    return chat_server


@pytest.fixture
async def administrator(plain_server: LiveServer) -> AsyncIterator[Person]:
    """The first account, made on the machine itself."""
    admin = Person(plain_server, f"admin-{uuid4().hex[:12]}")
    await admin.sign_up()
    yield admin
    await drop_connections()
