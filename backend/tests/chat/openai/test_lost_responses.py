"""A streamed response that Django loses, because its client leaves before it begins (docs/api.md: A-10.10)."""

from uuid import uuid4

import pytest
from pytest_django import Settings

from apps.chat.edges.openai.stream import CompletionStream, EventId
from apps.chat.live.connection import TooManyConnectionsError
from apps.chat.live.user_connections import user_connections
from apps.users.auth import KeyPrincipal
from testkit.live import pause

pytestmark = pytest.mark.storeless


async def test_a_stream_that_its_client_does_not_read_gives_its_slot_back(settings: Settings) -> None:
    settings.SOCKETS_PER_USER = 1
    settings.COMPLETION_BEGIN_SECONDS = 0.0
    user_id = uuid4()
    await user_connections.acquire(user_id)
    CompletionStream(KeyPrincipal(user_id, uuid4()), EventId(uuid4(), 0))
    for _ in range(800):
        try:
            await user_connections.acquire(user_id)
        except TooManyConnectionsError:
            await pause()
        else:
            return
    pytest.fail("the place is still taken")
