"""Notifications between workers, through Redis."""

import asyncio

import pytest
from redis.asyncio import Redis

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


async def test_a_worker_that_is_alone_sends_nothing_until_another_one_starts() -> None:
    with run_redis() as server:
        first, second = SharedChannelLayer(server.url), SharedChannelLayer(server.url)
        async with asyncio.timeout(30), Redis.from_url(server.url) as redis:
            is_silent = False
            while not is_silent:
                before = await count_published(redis)
                await first.open()
                begun = before
                while begun == before:  # Until it has said that it is there.
                    begun = await count_published(redis)
                await first.group_send("group", {})
                await first.close()
                is_silent = await count_published(redis) == begun
            await first.open()
            await second.open()
            channel = await second.new_channel()
            await second.group_add("group", channel)
            received = asyncio.create_task(second.receive(channel))
            while not received.done():
                await first.group_send("group", {})
                await asyncio.wait([received], timeout=0.02)
        await second.close()
        await first.close()


async def count_published(redis: Redis) -> int:
    stats = await redis.info("commandstats")
    return int(stats.get("cmdstat_publish", {"calls": 0})["calls"])
