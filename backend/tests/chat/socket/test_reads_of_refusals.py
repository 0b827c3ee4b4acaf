"""A foreign id, an unknown one and a deleted one cost the same reads: their times do not tell them apart."""

from typing import Any
from uuid import uuid4

import pytest
from django.db.backends.utils import CursorWrapper

from testkit.live import SignedInUser
from tests.chat.socket.conversations import OpenConversation

READS = ('"users_user"."username"', '"chat_conversation"."public_id" = ')
"""The reads of a sign-in, in order: of the session, and of the conversation."""


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The `READS` that the server has made, on any thread."""
    made: list[str] = []
    execute = CursorWrapper.execute

    def note(cursor: CursorWrapper, sql: Any, params: Any = None) -> Any:
        made.extend(read for read in READS if read in str(sql))
        return execute(cursor, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", note)
    return made


async def test_each_refusal_takes_the_same_two_reads(
    user: SignedInUser, conversation: OpenConversation, other_conversation: OpenConversation, reads: list[str]
) -> None:
    deleted = await user.new_conversation()
    await user.call("DELETE", f"/conversations/{deleted}", expect=204)
    for conversation_id in (other_conversation.id, uuid4(), deleted):
        socket = await user.connect(conversation_id)
        reads.clear()
        await socket.send("auth", token=user.access)
        assert (await socket.receive())["code"] == "NO_CONVERSATION"
        assert await socket.expect_close() == 4004
        assert reads == [*READS]
        reads.clear()
        refused = await user.call("POST", f"/conversations/{conversation_id}/commands", {"type": "ping"}, expect=404)
        assert refused["code"] == "NO_CONVERSATION"
        assert reads == [*READS]
    # The owner's sign-in begins with the same two.
    socket = await user.connect(conversation.id)
    reads.clear()
    await socket.sign_in(user.access)
    assert reads[:2] == [*READS]
