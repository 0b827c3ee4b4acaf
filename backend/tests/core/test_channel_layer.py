"""Notifications between workers, through Redis."""

import asyncio
from typing import override
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis

from apps.core.channel_layer.redis import SharedChannelLayer
from testkit.local_services import run_redis
from testkit.tcp_proxy import TcpProxy

pytestmark = pytest.mark.storeless

PIECE_BYTES = 65536


class ReplyHoldingProxy(TcpProxy):
    """Passes connections on to Redis, but holds each reply to PUBLISH back until `released` is set."""

    def __init__(self, redis_url: str) -> None:
        super().__init__()
        self._address = urlsplit(redis_url)
        self.published = asyncio.Event()
        self.released = asyncio.Event()
        self.replied = asyncio.Event()

    @property
    def redis_url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @override
    async def serve(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        from_redis, to_redis = await asyncio.open_connection(self._address.hostname, self._address.port)
        is_publishing = False

        async def pass_replies() -> None:
            while piece := await from_redis.read(PIECE_BYTES):
                if is_publishing:
                    self.published.set()
                    await self.released.wait()
                to_client.write(piece)
                await to_client.drain()
                if is_publishing:
                    self.replied.set()

        replies = asyncio.create_task(pass_replies())
        try:
            while piece := await from_client.read(PIECE_BYTES):
                is_publishing = is_publishing or b"PUBLISH" in piece
                to_redis.write(piece)
        finally:
            replies.cancel()
            to_redis.close()


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


async def test_a_worker_that_starts_while_another_one_sends_receives_all_that_follows() -> None:
    with run_redis() as server:
        proxy = ReplyHoldingProxy(server.url)
        await proxy.start()
        first, second = SharedChannelLayer(proxy.redis_url), SharedChannelLayer(server.url)
        async with asyncio.timeout(30), Redis.from_url(server.url) as redis:
            await first.open()
            channel = await first.new_channel()
            await first.group_add("first", channel)
            await proxy.published.wait()  # To itself alone; it does not know that yet.
            await second.open()
            news = await second.new_channel()
            await second.group_add("second", news)
            received = asyncio.create_task(first.receive(channel))
            while not received.done():  # Until the first worker knows of the second one.
                await second.group_send("first", {})
                await asyncio.wait([received], timeout=0.02)
            proxy.released.set()
            await proxy.replied.wait()
            await redis.ping()  # In the meantime, the first worker reads the late reply.
            await first.group_send("second", {"number": 1})
            assert (await second.receive(news))["number"] == 1
        await second.close()
        await first.close()
        await proxy.stop()


async def count_published(redis: Redis) -> int:
    stats = await redis.info("commandstats")
    return int(stats.get("cmdstat_publish", {"calls": 0})["calls"])
