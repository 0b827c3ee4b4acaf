"""Outages of any store during a command or a request: refused, with the time after which a retry may help."""

import pytest
from django.db import IntegrityError, OperationalError, ProgrammingError
from redis import ConnectionError as RedisConnectionError

import apps.core.channel_layer.redis  # noqa: F401 - declares the outages of Redis
from testkit.live import LiveServer
from testkit.statement_watch import StatementWatch
from tests.chat.socket.conversations import OpenConversation
from tests.core.http_calls import call

pytestmark = pytest.mark.store_independent

OUTAGES = [OperationalError("the database is down"), RedisConnectionError("Redis is down"), OSError("the disk is full")]
CONFLICT = IntegrityError("another transaction was faster")
FAULTS = [RuntimeError("a fault that trying again does not cure"), ProgrammingError("a fault in a statement")]


@pytest.mark.parametrize("error", [*OUTAGES, *FAULTS], ids=repr)
async def test_a_command_that_meets_an_outage_may_be_sent_again(
    statement_watch: StatementWatch, conversation: OpenConversation, error: Exception
) -> None:
    with statement_watch.failure(error):
        await conversation.socket.send("chat.message", content="Go", client_id="9f2a6f50-7c35-4f6b-9d6f-0f6f3a0c8f11")
        refused = await conversation.socket.expect("chat.error")
    assert refused["code"] == "INTERNAL_ERROR"
    assert refused.get("retry_after") == (None if error in FAULTS else 1)
    assert ("client_id" in refused) is (error not in FAULTS)
    assert (await conversation.socket.ask_to_the_end("Go")).content == "Echo: Go"


@pytest.mark.parametrize("error", [*OUTAGES, CONFLICT, *FAULTS], ids=repr)
async def test_a_request_that_meets_an_outage_may_be_sent_again(
    statement_watch: StatementWatch, conversation: OpenConversation, chat_server: LiveServer, error: Exception
) -> None:
    with statement_watch.failure(error, of='"chat_conversation"."title"'):
        status, headers, text = await call(chat_server, "GET", "/api/conversations/", conversation.user.access)
    assert status == (500 if error in FAULTS else 503)
    assert headers.get("retry-after") == (None if error in FAULTS else "1")
    assert "INTERNAL_ERROR" in text
