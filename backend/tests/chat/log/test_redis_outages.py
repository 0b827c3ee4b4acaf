"""The log in Redis while Redis dies or loses its data."""

import asyncio

import pytest
from pytest_django import Settings
from redis import Redis

from apps.chat.events import AnswerText, Delta, Position, TerminalEvent
from apps.chat.log.base import LogUnavailableError
from apps.chat.log.redis.entries import stream_key
from apps.chat.log.redis.writer import FOLDED_AT
from testkit.live import until
from testkit.local_services import Service
from tests.chat.log.logs import COMPLETE, has_reset
from tests.chat.log.redis_logs import OpenRedisLog, Reader, begin_with_reader, begin_with_two_readers, write
from tests.log_lines import ReadLog


async def test_followers_miss_nothing_while_redis_is_down(redis_server: Service, open_redis_log: OpenRedisLog) -> None:
    """Readers in the writer's process notice nothing; readers in other processes wait, then catch up."""
    log = await open_redis_log()
    answer_id, writer, here = await begin_with_reader(log)
    there = Reader(await open_redis_log(), answer_id)
    await there.wait_for("ab")
    redis_server.kill()
    await write(writer, "c", "d")
    await here.wait_for("abcd")
    with pytest.raises(LogUnavailableError):
        await log.take_over(answer_id, 2, AnswerText())
    assert there.content == "ab"
    redis_server.start()  # Not in another thread: Linux ends the process with the thread that started it.
    await write(writer, "e")
    await there.wait_for("abcde")
    await writer.finish(COMPLETE)
    for reader in (here, there):
        await reader.wait_for_end()
        assert reader.events[-1] == TerminalEvent(1, 5, 6, COMPLETE)
        reader.assert_whole()


@pytest.mark.parametrize(
    ("refuse", "allow"),
    [
        (("CONFIG", "SET", "min-replicas-to-write", "1"), ("CONFIG", "SET", "min-replicas-to-write", "0")),
        (("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE")),
        (("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0")),
    ],
    ids=["too few replicas", "a replica", "full"],
)
async def test_an_answer_ends_while_redis_refuses_writes(
    redis: Redis,
    open_redis_log: OpenRedisLog,
    refuse: tuple[str, ...],
    allow: tuple[str, ...],
    read_log: ReadLog,
) -> None:
    _, writer, here, there = await begin_with_two_readers(open_redis_log)
    redis.execute_command(*refuse)  # type: ignore[no-untyped-call] # ships no types for it
    await write(writer, "c")
    async with asyncio.timeout(30):
        await writer.flush()
        await writer.finish(COMPLETE)
    await here.read_whole("abc")
    redis.execute_command(*allow)  # type: ignore[no-untyped-call]
    await there.read_whole("abc")
    (silent,) = read_log("stream_log_silent")
    assert silent["level"] == "warning"
    assert silent["reason"].startswith("Redis ")


async def test_an_answer_that_ends_while_redis_is_down_reaches_every_follower(
    redis_server: Service, open_redis_log: OpenRedisLog
) -> None:
    _, writer, here, there = await begin_with_two_readers(open_redis_log)
    redis_server.kill()
    await write(writer, "c")
    await writer.finish(COMPLETE)
    await here.wait_for_end()
    redis_server.start()  # Not in another thread: Linux ends the process with the thread that started it.
    await there.read_whole("abc")
    assert here.content == "abc"


async def test_the_writer_restores_what_redis_has_lost(redis: Redis, open_redis_log: OpenRedisLog) -> None:
    """Old and new readers receive the whole answer, because the writer writes it again."""
    answer_id, writer, here, there = await begin_with_two_readers(open_redis_log)
    redis.flushall()
    await write(writer, "c")
    late = await open_redis_log()
    for reader in (here, there):
        await reader.wait_for("abc")
    newcomer = Reader(late, answer_id, Position(1, 1))
    await newcomer.wait_for("bc")
    await writer.finish(COMPLETE)
    for reader in (here, there):
        await reader.read_whole("abc")


async def test_a_log_that_is_lost_while_the_model_is_silent_is_restored(
    redis: Redis, open_redis_log: OpenRedisLog, settings: Settings
) -> None:
    """The worker may be killed next: what its followers have seen must not be lost with it."""
    settings.LOG_PROBE_SECONDS = 0.01
    answer_id, _, _ = await begin_with_reader(await open_redis_log())
    redis.flushall()
    await until(lambda: redis.exists(stream_key(answer_id)) == 1, "the log is there again")
    successor = await (await open_redis_log()).take_over(answer_id, 2, AnswerText("a", "", 1))
    assert successor.text() == AnswerText("ab", "", 2)


async def test_the_end_follows_a_log_that_is_restored(
    redis: Redis, open_redis_log: OpenRedisLog, settings: Settings
) -> None:
    """It was on its way when the log was found to be lost; nothing else would send it."""
    settings.LOG_PROBE_SECONDS = 3600.0
    log = await open_redis_log()
    answer_id, writer, here = await begin_with_reader(log)
    redis.delete(stream_key(answer_id))
    async with asyncio.timeout(20):
        await writer.finish(COMPLETE)
    there = Reader(await open_redis_log(), answer_id)
    for reader in (here, there):
        await reader.read_whole("ab")


async def test_an_entry_that_cannot_be_read_holds_up_no_other_answer(
    redis: Redis, open_redis_log: OpenRedisLog, read_log: ReadLog
) -> None:
    log, elsewhere = await open_redis_log(), await open_redis_log()
    broken_id, _, _ = await begin_with_reader(log)
    answer_id, writer, here = await begin_with_reader(log)
    there = Reader(elsewhere, answer_id)
    for reader in (Reader(elsewhere, broken_id), there):
        await reader.wait_for("ab")
    redis.xadd(stream_key(broken_id), {"nonsense": "1"}, id="1-99")
    await until(lambda: read_log("stream_log_not_read"), "the fault")
    await write(writer, "c", "d")
    async with asyncio.timeout(30):
        await writer.finish(COMPLETE)
    for reader in (here, there):
        await reader.read_whole("abcd")
    assert {line["level"] for line in read_log("stream_log_not_read")} == {"error"}


async def test_flushed_text_survives_its_writer(redis: Redis, open_redis_log: OpenRedisLog) -> None:
    """An ending is stored after that: followers elsewhere then lack nothing but the end."""
    answer_id, writer, _ = await begin_with_reader(await open_redis_log())
    writer.append(Delta("c"))
    await writer.flush()
    assert (redis.xrevrange(stream_key(answer_id), count=1) or [])[0][0] == b"1-3"


async def test_nothing_waits_for_redis_to_come_back(
    redis_server: Service, open_redis_log: OpenRedisLog, read_log: ReadLog
) -> None:
    _, writer, here = await begin_with_reader(await open_redis_log())
    redis_server.kill()
    writer.append(Delta("c"))
    async with asyncio.timeout(30):
        await writer.flush()
    await here.wait_for("abc")
    redis_server.start()  # Not in another thread: Linux ends the process with the thread that started it.
    await writer.finish(COMPLETE)
    silent = [line["level"] for line in read_log("stream_log_silent")]
    assert silent == ["warning"], "an expected outage is one line"


async def test_folding_a_long_answer_leaves_no_gap(open_redis_log: OpenRedisLog, redis: Redis) -> None:
    log, elsewhere = await open_redis_log(), await open_redis_log()
    answer_id, writer, here = await begin_with_reader(log)
    there = Reader(elsewhere, answer_id)
    words = [f"w{number} " for number in range(2 * FOLDED_AT)]
    for start in range(0, len(words), 64):
        await write(writer, *words[start : start + 64])
        await here.wait_for("ab" + "".join(words[: start + 64]))
    assert 0 < redis.xlen(stream_key(answer_id)) < FOLDED_AT
    for seq in (0, 1, 5, FOLDED_AT, 2 * FOLDED_AT):
        back = Reader(await open_redis_log(), answer_id, Position(1, seq))
        await back.wait_for("".join(["a", "b", *words][seq:]))
        assert not has_reset(back.events)
        back.task.cancel()
    await writer.finish(COMPLETE)
    for reader in (here, there):
        await reader.read_whole("ab" + "".join(words))


async def test_a_follower_keeps_up_when_another_one_leaves(open_redis_log: OpenRedisLog) -> None:
    log, elsewhere = await open_redis_log(), await open_redis_log()
    answer_id, writer, _ = await begin_with_reader(log)
    staying, leaving = Reader(elsewhere, answer_id), Reader(elsewhere, answer_id)
    await leaving.wait_for("ab")
    leaving.task.cancel()
    await staying.wait_for("ab")
    await write(writer, "c")
    await staying.wait_for("abc")
    await writer.finish(COMPLETE)
    await staying.read_whole("abc")


async def test_every_key_in_redis_expires(redis: Redis, open_redis_log: OpenRedisLog) -> None:
    log = await open_redis_log()
    answer_id, writer, _ = await begin_with_reader(log)
    Reader(await open_redis_log(), answer_id)
    await writer.finish(COMPLETE)
    assert {key for key in redis.keys("chat:*") if redis.pttl(key) < 0} == set()
