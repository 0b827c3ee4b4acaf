"""The cost of open sockets: connections to Redis, and memory of earlier answers."""

from typing import Any
from uuid import UUID

import pytest
import redis
from pytest_django import Settings

from apps.chat.live.conversation_client import conversation_clients
from apps.chat.live.followers import REMEMBERED_ANSWERS
from testkit.live import SignedInUser
from tests.chat.socket.conversations import OpenConversation, is_quiet

SOCKETS = 200


def connections(client: redis.Redis) -> set[str]:
    """Return the clients connected to Redis, except this test."""
    ours = client.client_id()
    listed: list[dict[str, Any]] = client.client_list()
    return {entry["id"] for entry in listed if entry["id"] != str(ours)}


async def test_idle_sockets_add_no_connection_to_redis(
    conversation: OpenConversation, user: SignedInUser, settings: Settings
) -> None:
    if not settings.REDIS_URL:
        pytest.skip("runs without Redis")
    settings.SOCKETS_PER_USER = settings.UNAUTHENTICATED_SOCKETS_PER_ADDRESS = None
    await conversation.socket.ask_to_the_end("Hello")  # Connections that are opened on first use exist now.
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        before = connections(client)
        sockets = [await conversation.enter() for _ in range(SOCKETS)]
        assert len(connections(client)) <= len(before)
    for socket in (sockets[0], sockets[-1]):
        assert await is_quiet(socket)


async def test_a_socket_forgets_the_runs_of_earlier_answers(conversation: OpenConversation, settings: Settings) -> None:
    settings.MESSAGE_RATE = "off"
    answers = [await conversation.socket.ask_to_the_end(str(number)) for number in range(REMEMBERED_ANSWERS + 2)]
    (client,) = [client for client in conversation_clients if client.public_id == conversation.id]
    remembered = [client.followers.knows_run(UUID(answer.message_id), 1) for answer in answers]
    assert not remembered[0]
    assert all(remembered[2:])
