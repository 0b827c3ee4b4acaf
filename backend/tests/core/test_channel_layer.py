"""Notifications between workers, through Redis."""

import asyncio

import pytest

from apps.core.channel_layer.redis import SharedChannelLayer
from testkit.local_services import run_redis

pytestmark = pytest.mark.storeless


async def test_notifications_that_wait_are_sent_before_a_worker_ends() -> None:
    with run_redis() as server:
        sender, receiver = SharedChannelLayer(server.url, gathering_seconds=0.3), SharedChannelLayer(server.url)
        await receiver.open()
        channel = await receiver.new_channel()
        await receiver.group_add("group", channel)
        await sender.open()
        async with asyncio.timeout(30):
            received = asyncio.create_task(receiver.receive(channel))
            while not received.done():  # Until the receiver has subscribed.
                await sender.group_send("group", {"number": 0})
                await asyncio.wait([received], timeout=0.05)
            await sender.group_send("group", {"number": 1})
            await sender.close()
            while (await receiver.receive(channel))["number"] != 1:
                pass
        await receiver.close()
