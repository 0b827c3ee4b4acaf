"""The connection to Redis that pipelines commands."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog
from redis import Redis

from apps.core.outages import is_outage, log_failure
from apps.core.redis.link import LinkDownError, RedisLink
from testkit.local_services import Service, run_redis
from tests.log_lines import ReadLog

pytestmark = pytest.mark.storeless


@pytest.fixture
def server() -> Iterator[Service]:
    with run_redis() as server:
        yield server


@pytest.fixture
async def link(server: Service) -> AsyncIterator[RedisLink]:
    link = RedisLink(server.url)
    yield link
    await link.close()


async def test_calls_of_the_same_moment_get_their_own_replies(link: RedisLink) -> None:
    calls = [link.call([("ECHO", number), ("NO-SUCH",), ("ECHO", -number)]) for number in range(1, 20)]
    for number, (first, error, last) in enumerate(await asyncio.gather(*calls), 1):
        assert int(first) == number
        assert int(last) == -number
        assert isinstance(error, Exception)


async def test_the_receiver_of_replies_gets_them_when_they_arrive(link: RedisLink) -> None:
    received: list[object] = []
    later = asyncio.create_task(link.call([("ECHO", "one"), ("ECHO", "two")], on_replies=received.append))
    later.add_done_callback(lambda _: received.append("done"))
    await later
    assert received == [[b"one", b"two"], "done"]


async def test_an_error_of_the_receiver_of_replies_reaches_the_caller_and_keeps_the_connection(link: RedisLink) -> None:
    await link.call([("CLIENT", "SETNAME", "first")])

    def fail(_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await link.call([("PING",)], on_replies=fail)
    assert await link.call([("CLIENT", "GETNAME")]) == [b"first"]


async def test_the_receiver_of_replies_is_not_called_once_its_call_is_cancelled(link: RedisLink) -> None:
    received: list[object] = []
    await link.call([("PING",)])
    blocked = asyncio.create_task(link.call([("BLPOP", "no-such-list", "0.1")], on_replies=received.append))
    await asyncio.sleep(0)  # It has been sent.
    blocked.cancel()
    assert await link.call([("ECHO", "new")]) == [b"new"]
    assert not received


async def test_the_reply_to_a_cancelled_call_is_not_that_to_the_next_one(link: RedisLink) -> None:
    await link.call([("PING",)])
    blocked = asyncio.create_task(link.call([("BLPOP", "no-such-list", "0.1"), ("ECHO", "old")]))
    await asyncio.sleep(0)  # It has been sent.
    blocked.cancel()
    assert await link.call([("ECHO", "new")]) == [b"new"]


async def test_a_call_without_a_reply_fails_and_the_next_one_connects_again(link: RedisLink) -> None:
    await link.call([("PING",)])
    blocked = link.call([("BLPOP", "no-such-list", 0)], max_wait=0.05)
    results = await asyncio.gather(blocked, link.call([("PING",)]), return_exceptions=True)
    assert [type(result) for result in results] == [LinkDownError, LinkDownError]
    assert await link.call([("ECHO", "again")]) == [b"again"]


async def test_a_subscriber_learns_that_its_connection_has_ended(server: Service, link: RedisLink) -> None:
    other = RedisLink(server.url)
    published: asyncio.Queue[bytes] = asyncio.Queue()
    ended = await link.subscribe("channel", published.put_nowait)
    await other.call([("PUBLISH", "channel", b"one"), ("PUBLISH", "channel", b"two")])
    assert [await published.get(), await published.get()] == [b"one", b"two"]
    await other.call([("CLIENT", "KILL", "TYPE", "pubsub")])
    assert isinstance(await ended, Exception)
    await other.close()


async def test_a_subscription_that_redis_refuses_fails(server: Service, link: RedisLink) -> None:
    with Redis.from_url(server.url) as client:
        client.execute_command("ACL", "SETUSER", "default", "resetchannels")
    with pytest.raises(LinkDownError):
        await link.subscribe("channel", lambda _: None)


async def test_the_link_connects_again_when_its_primary_becomes_a_replica(server: Service, link: RedisLink) -> None:
    """After a failover, its name may lead to the new primary."""
    (before,) = await link.call([("CLIENT", "ID")])
    with Redis.from_url(server.url) as client:
        client.execute_command("REPLICAOF", "127.0.0.1", "1")
        with pytest.raises(LinkDownError):
            await link.call([("SET", "key", "value")])
        client.execute_command("REPLICAOF", "NO", "ONE")
    assert await link.call([("SET", "key", "value")]) == [b"OK"]
    (after,) = await link.call([("CLIENT", "ID")])
    assert before != after


@pytest.mark.parametrize("is_script", [False, True])
async def test_a_full_redis_is_an_outage_that_the_log_names(
    server: Service, link: RedisLink, is_script: bool, read_log: ReadLog
) -> None:
    write = ("SET", "key", "value")
    command = ("EVAL", "return redis.call(unpack(ARGV))", 0, *write) if is_script else write
    await link.call([("CONFIG", "SET", "maxmemory", 1)])
    (refusal,) = await link.call([command])
    with Redis.from_url(server.url) as client, pytest.raises(Exception) as refused:  # noqa: PT011 - compared below
        client.execute_command(*command)
    for error in (refusal, refused.value):
        assert is_outage(error)
        log_failure(structlog.get_logger("tests"), "not_kept", error)
    said = [(line["level"], line["reason"]) for line in read_log("not_kept")]
    assert said == [("warning", "Redis is full: raise its maxmemory.")] * 2


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("EVAL", "return redis.call('GET')", 0), "Wrong number of args"),
        (("LPUSH", "text", "value"), "WRONGTYPE"),
        (("NO-SUCH", "the text of a message"), "ERR unknown command"),
    ],
    ids=["script", "type", "command"],
)
async def test_a_command_that_redis_cannot_carry_out_is_a_fault(
    link: RedisLink, command: tuple[str, ...], reason: str, read_log: ReadLog
) -> None:
    _, error = await link.call([("SET", "text", ""), command])
    assert not is_outage(error)
    log_failure(structlog.get_logger("tests"), "not_kept", error)
    (line,) = read_log("not_kept")
    assert line["level"] == "error"
    assert reason in line["reason"]
    assert "the text of a message" not in str(line)
