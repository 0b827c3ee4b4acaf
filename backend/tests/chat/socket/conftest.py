"""Fixtures: conversations with a socket."""

from collections.abc import AsyncIterator, Iterator

import pytest
from pytest_django import Settings

from testkit.live import LiveServer, SignedInUser, drop_connections
from tests.chat.socket.conversations import OpenConversation
from tests.chat.socket.http_client import HttpClient
from tests.log_lines import ReadLog


@pytest.fixture
async def conversation(user: SignedInUser) -> OpenConversation:
    """A new conversation and a socket in it."""
    return await OpenConversation.open(user)


@pytest.fixture
async def other_conversation(other_user: SignedInUser) -> OpenConversation:
    """Another user's conversation."""
    return await OpenConversation.open(other_user)


@pytest.fixture
def server_without_service(chat_server: LiveServer, settings: Settings) -> LiveServer:
    """A server without a model service in its environment."""
    chat_server.stop()
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    settings.AI_MODELS = []
    chat_server.start()
    return chat_server


@pytest.fixture
def server_with_small_buffer(chat_server: LiveServer) -> LiveServer:
    """A server that stops sending to a client that does not read after some hundred kilobytes."""
    chat_server.stop()
    chat_server.send_buffer = 4096
    chat_server.start()
    return chat_server


@pytest.fixture
async def administrator(server_without_service: LiveServer) -> AsyncIterator[SignedInUser]:
    """The first account, made on the machine itself."""
    yield await SignedInUser.make(server_without_service, "admin")
    await drop_connections()


@pytest.fixture
async def http_client(user: SignedInUser) -> AsyncIterator[HttpClient]:
    """A client of a new conversation, in a network that blocks WebSocket."""
    client = HttpClient(user, await user.new_conversation(title="Mine"))
    yield client
    await client.leave()


@pytest.fixture
def no_error_logged(read_log: ReadLog) -> Iterator[None]:
    """Check that no error is logged during the test."""
    yield
    assert [line for line in read_log() if line["level"] == "error"] == []
