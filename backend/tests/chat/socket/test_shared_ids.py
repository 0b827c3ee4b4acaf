"""Two owners of one public id: whatever either does, at whatever moment, no frame of it reaches the other.

Ids are unique per owner only, so a client can make a conversation with the same id as another user's.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from channels.layers import get_channel_layer

from apps.chat.models import Conversation
from apps.chat.notify.notifications import (
    ConversationDeletedNotification,
    ConversationUpdatedNotification,
    RunStartedNotification,
    conversation_group,
)
from apps.core.database import run_in_database
from testkit.live import SignedInUser
from testkit.socket_client import ChatSocket
from testkit.stream_client import end_of, hang_up, open_stream
from tests.chat.socket.conversations import OpenConversation, is_quiet


class Owner:
    """One of the owners: connections in every stage of signing in, each of which keeps its frames."""

    def __init__(self, user: SignedInUser, shared_id: UUID) -> None:
        self.user = user
        self.id = shared_id
        self.mark = uuid4().hex
        self.waiting: list[ChatSocket] = []
        self.entered: list[ChatSocket] = []
        self.streams: list[ChatSocket] = []

    async def create(self) -> None:
        await self.user.call("POST", "/conversations/", {"id": str(self.id)}, expect=201)

    async def connect(self) -> None:
        self.waiting.append(await self.user.connect(self.id))

    async def sign_in(self) -> None:
        socket = self.waiting.pop(0)
        await socket.sign_in(self.user.access)
        self.entered.append(socket)

    async def stream(self) -> None:
        server = self.user.server.url
        for url in (f"{server}/api/conversations/{self.id}", f"{server}/api"):
            self.streams.append(await open_stream(url, self.user.access))
            await self.streams[-1].expect("auth.success")

    async def rename(self) -> None:
        await self.change(title=f"title {self.mark}")

    async def instruct(self) -> None:
        await self.change(system_prompt=f"prompt {self.mark}")

    async def change(self, **fields: str) -> None:
        await self.user.call("PATCH", f"/conversations/{self.id}", fields, expect=200)

    async def ask(self) -> None:
        await self.entered[0].ask_to_the_end(f"question {self.mark}")

    async def post(self) -> None:
        question = {"type": "chat.message", "content": f"question {self.mark}", "client_id": str(uuid4())}
        accepted = await self.user.call("POST", f"/conversations/{self.id}/commands", question, expect=200)
        await self.entered[0].read_to_the_end(accepted["reply"]["id"])

    async def delete(self) -> None:
        await self.user.call("DELETE", f"/conversations/{self.id}", expect=204)

    async def read_on(self) -> None:
        """Read what has arrived, up to a change that is made now."""
        for socket in self.waiting:
            assert await is_quiet(socket)
        last = f"last {self.mark} {uuid4().hex}"
        await self.change(title=last)
        for reader in (*self.entered, *self.streams):
            while last not in json.dumps(reader.frames[-1:]):
                await reader.receive()

    def received(self) -> str:
        return json.dumps([reader.frames for reader in (*self.waiting, *self.entered, *self.streams)])


STEPS: list[Callable[[Owner], Awaitable[None]]] = [
    *(Owner.create, Owner.connect, Owner.rename, Owner.connect, Owner.sign_in, Owner.instruct, Owner.stream),
    *(Owner.rename, Owner.ask, Owner.connect, Owner.sign_in, Owner.post, Owner.sign_in, Owner.ask, Owner.instruct),
]


@pytest.mark.timeout(120)
async def test_nothing_of_another_owner_of_the_same_id_is_received(
    user: SignedInUser, other_user: SignedInUser
) -> None:
    shared_id = uuid4()
    owners = [Owner(user, shared_id), Owner(other_user, shared_id)]
    for step in STEPS:
        owners.reverse()
        for owner in owners:
            await step(owner)
    for owner, other in (owners, owners[::-1]):
        await owner.read_on()
        foreign = {str(message["id"]) for message in await other.user.messages(shared_id)}
        received = owner.received()
        assert owner.mark in received
        assert [text for text in (other.mark, *foreign) if text in received] == []
    first, second = owners
    await first.delete()
    assert [await socket.expect_close() for socket in first.entered] == [4004] * len(first.entered)
    assert await end_of(first.streams[0]) == 4004
    await second.read_on()
    assert first.mark not in second.received()
    await asyncio.gather(*(hang_up(stream) for owner in owners for stream in owner.streams))


async def test_a_notification_of_another_conversation_is_dropped(
    conversation: OpenConversation, other_conversation: OpenConversation
) -> None:
    layer: Any = get_channel_layer()
    own, foreign = [await run_in_database(internal_id, there) for there in (conversation, other_conversation)]
    for notification in (
        ConversationUpdatedNotification(conversation_id=foreign, revision=99, changes={"title": "Theirs"}),
        RunStartedNotification(conversation_id=foreign, message_id=uuid4(), run=1),
        ConversationDeletedNotification(conversation_id=foreign),
    ):
        await layer.group_send(conversation_group(own), msgspec.to_builtins(notification))
    await conversation.user.call("PATCH", f"/conversations/{conversation.id}", {"title": "Ours"}, expect=200)
    assert (await conversation.socket.receive())["title"] == "Ours"
    assert await is_quiet(conversation.socket)


def internal_id(conversation: OpenConversation) -> UUID:
    return Conversation.objects.get(owner__username=conversation.user.name, public_id=conversation.id).id
