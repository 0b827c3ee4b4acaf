"""The change feed when notifications are lost or overtake each other (docs/protocol.md: P-8.5, P-8.6)."""

from collections.abc import Iterator
from typing import Any

import pytest

from testkit.fakes.channel_layer import Send, replaced_group_send
from testkit.live import SignedInUser
from tests.chat.socket.change_feeds import listen, next_change, summary_of


@pytest.fixture
def lost_changes() -> Iterator[list[int]]:
    """Make the layer lose the changes whose numbers are in the list, as it does while Redis is down."""
    lost: list[int] = []

    def make_send(send: Send) -> Send:
        async def lose(group: str, notification: dict[str, Any]) -> None:
            if notification["type"] != "change" or notification["revision"] not in lost:
                await send(group, notification)

        return lose

    with replaced_group_send(make_send):
        yield lost


async def test_the_latest_change_is_sent_although_its_notification_was_lost(
    user: SignedInUser, lost_changes: list[int]
) -> None:
    socket = await listen(user)
    lost_changes.append(1)
    conversation_id = await user.new_conversation(title="Mine")
    change = await next_change(socket)
    assert change["type"] == "conversation.created"
    assert change["conversation"] == await summary_of(user, conversation_id)


async def test_a_gap_shows_that_more_notifications_were_lost(user: SignedInUser, lost_changes: list[int]) -> None:
    socket = await listen(user)
    lost_changes += [1, 3]
    for title in ("One", "Two", "Three"):
        await user.new_conversation(title=title)
    kept = await socket.receive()
    assert kept["revision"] == 2
    assert kept["conversation"]["title"] == "Two"
    latest = await next_change(socket)
    assert latest["conversation"]["title"] == "Three"
    await user.new_conversation(title="Four")
    assert (await next_change(socket))["conversation"]["title"] == "Four"


async def test_notifications_that_overtake_each_other_are_put_in_order(user: SignedInUser) -> None:
    held: list[tuple[str, dict[str, Any]]] = []

    def make_send(send: Send) -> Send:
        async def overtake(group: str, notification: dict[str, Any]) -> None:
            if notification["type"] != "change" or notification["revision"] == 3:
                await send(group, notification)
                while held:
                    await send(*held.pop())
            else:
                held.append((group, notification))

        return overtake

    with replaced_group_send(make_send):
        socket = await listen(user)
        for title in ("One", "Two", "Three"):
            await user.new_conversation(title=title)
        for title in ("One", "Two", "Three"):
            assert (await next_change(socket))["conversation"]["title"] == title
