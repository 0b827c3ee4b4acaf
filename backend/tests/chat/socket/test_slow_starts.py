"""An answer that takes long to begin: stored already, not written yet (docs/protocol.md, section 7)."""

import threading
from typing import Any

from pytest_django import Settings

from testkit.live import LiveServer, SignedInUser
from testkit.statement_watch import StatementWatch
from tests.chat.socket.conversations import OpenConversation, assert_stored

PATIENCE_SECONDS = 40.0
LOOK_FOR_ORPHANS = "ended_at IS NULL AND answer_id IS NOT NULL"
READ_BRANCH = "WITH RECURSIVE"


async def test_a_slow_start_is_not_mistaken_for_an_orphan(
    user: SignedInUser, chat_server: LiveServer, settings: Settings, statement_watch: StatementWatch
) -> None:
    """Its worker looks for orphans several times before it starts to write this one."""
    settings.TAKEOVER_PAUSE_ALONE_SECONDS = 0.0
    chat_server.restart()
    conversation = await OpenConversation.open(user)
    await conversation.socket.ask_to_the_end("First")
    looks = threading.Semaphore(0)

    def wait_for_looks(_values: Any) -> None:
        while looks.acquire(blocking=False):
            pass  # It was before.
        for _ in range(5):
            assert looks.acquire(timeout=PATIENCE_SECONDS)

    statement_watch.before(LOOK_FOR_ORPHANS, lambda _: looks.release())
    statement_watch.before(READ_BRANCH, wait_for_looks)
    answer = await conversation.socket.ask_to_the_end("Go")
    assert answer.content == "Echo: Go"
    assert answer.run == 1
    assert answer.resets == 0
    await assert_stored(conversation, answer, "complete")
