"""A foreign id, an unknown one and a deleted one cost the same reads: their times do not tell them apart."""

from uuid import uuid4

from testkit.live import SignedInUser
from testkit.statement_watch import StatementWatch
from tests.chat.socket.conversations import OpenConversation

READS = ("SELECT username, is_staff", '"chat_conversation"."public_id" = ')
"""The reads of a sign-in, in order: of the session, and of the conversation."""


def reads(watch: StatementWatch) -> list[str]:
    """Return the `READS` that the server has made, on any thread."""
    return [read for statement in watch.statements for read in READS if read in statement]


async def test_each_refusal_takes_the_same_two_reads(
    statement_watch: StatementWatch,
    user: SignedInUser,
    conversation: OpenConversation,
    other_conversation: OpenConversation,
) -> None:
    deleted = await user.new_conversation()
    await user.call("DELETE", f"/conversations/{deleted}", expect=204)
    for conversation_id in (other_conversation.id, uuid4(), deleted):
        socket = await user.connect(conversation_id)
        statement_watch.statements.clear()
        await socket.send("auth", token=user.access)
        assert (await socket.receive())["code"] == "NO_CONVERSATION"
        assert await socket.expect_close() == 4004
        assert reads(statement_watch) == [*READS]
        statement_watch.statements.clear()
        refused = await user.call("POST", f"/conversations/{conversation_id}/commands", {"type": "ping"}, expect=404)
        assert refused["code"] == "NO_CONVERSATION"
        assert reads(statement_watch) == [*READS]
    # The owner's sign-in begins with the same two.
    socket = await user.connect(conversation.id)
    statement_watch.statements.clear()
    await socket.sign_in(user.access)
    assert reads(statement_watch)[:2] == [*READS]
