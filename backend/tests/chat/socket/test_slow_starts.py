"""An answer that takes long to begin: stored already, not written yet (docs/protocol.md, section 7)."""

import threading
from typing import Any

import pytest
from pytest_django import Settings

from apps.chat.answers import start
from apps.chat.answers.turn import store_run_alone
from apps.chat.fleet import takeover
from apps.chat.fleet.orphans import find_orphans
from testkit.live import LiveServer, SignedInUser
from tests.chat.socket.conversations import OpenConversation, assert_stored

PATIENCE = 40.0


async def test_a_slow_start_is_not_mistaken_for_an_orphan(
    user: SignedInUser, chat_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker looks for orphans several times before it starts to write this one."""
    looked = threading.Condition()
    looks = 0

    def look(*looked_for: Any) -> Any:
        nonlocal looks
        found = find_orphans(*looked_for)
        with looked:
            looks += 1
            looked.notify_all()
        return found

    def store(*turn: Any) -> Any:
        stored = store_run_alone(*turn)
        with looked:
            before = looks
            assert looked.wait_for(lambda: looks > before + 4, PATIENCE)
        return stored

    settings.TAKEOVER_PAUSE_ALONE = 0.0
    monkeypatch.setattr(takeover, "find_orphans", look)
    monkeypatch.setattr(start, "store_run_alone", store)
    chat_server.stop()
    chat_server.start()
    conversation = await OpenConversation.open(user)
    answer = await conversation.socket.ask_to_the_end("Go")
    assert answer.content == "Echo: Go"
    assert answer.run == 1
    assert answer.resets == 0
    await assert_stored(conversation, answer, "complete")
