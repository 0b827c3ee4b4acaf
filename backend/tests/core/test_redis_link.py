"""The connection to Redis that pipelines commands."""

import asyncio

import pytest

from apps.core.redis.link import LinkDownError, RedisLink
from testkit.local_services import run_redis

pytestmark = pytest.mark.storeless


async def test_calls_of_the_same_moment_get_their_own_replies() -> None:
    with run_redis() as server:
        link = RedisLink(server.url)
        calls = [link.call([("ECHO", number), ("NO-SUCH",), ("ECHO", -number)]) for number in range(1, 20)]
        for number, (first, error, last) in enumerate(await asyncio.gather(*calls), 1):
            assert (int(first), int(last)) == (number, -number)
            assert isinstance(error, Exception)
        await link.close()


async def test_the_reply_to_a_cancelled_call_is_not_that_to_the_next_one() -> None:
    with run_redis() as server:
        link = RedisLink(server.url)
        await link.call([("PING",)])
        blocked = asyncio.create_task(link.call([("BLPOP", "no-such-list", "0.1"), ("ECHO", "old")]))
        await asyncio.sleep(0)  # It has been sent.
        blocked.cancel()
        assert await link.call([("ECHO", "new")]) == [b"new"]
        await link.close()


async def test_a_call_without_a_reply_fails_and_the_next_one_connects_again() -> None:
    with run_redis() as server:
        link = RedisLink(server.url)
        await link.call([("PING",)])
        blocked = link.call([("BLPOP", "no-such-list", 0)], patience=0.05)
        results = await asyncio.gather(blocked, link.call([("PING",)]), return_exceptions=True)
        assert [type(result) for result in results] == [LinkDownError, LinkDownError]
        assert await link.call([("ECHO", "again")]) == [b"again"]
        await link.close()


async def test_a_subscriber_learns_that_its_connection_has_ended() -> None:
    with run_redis() as server:
        link, other = RedisLink(server.url), RedisLink(server.url)
        published: asyncio.Queue[bytes] = asyncio.Queue()
        ended = await link.subscribe("channel", published.put_nowait)
        await other.call([("PUBLISH", "channel", b"one"), ("PUBLISH", "channel", b"two")])
        assert [await published.get(), await published.get()] == [b"one", b"two"]
        await other.call([("CLIENT", "KILL", "TYPE", "pubsub")])
        assert isinstance(await ended, Exception)
        await link.close()
        await other.close()
