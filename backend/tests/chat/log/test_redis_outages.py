"""The log in Redis while Redis dies or loses its data."""

import asyncio

import pytest
from pytest_django import Settings
from redis import Redis

from apps.chat.events import AnswerText, Delta, Position, RunEnded, TextPart
from apps.chat.log.base import LogUnavailableError
from apps.chat.log.redis.entries import stream_key
from apps.chat.log.redis.writer import FOLDED_AT
from testkit.live import until
from testkit.local_services import Service
from tests.chat.log.redis_logs import COMPLETE, MakeLog, Reader, begin, begin_for_two, write
from tests.log_lines import ReadLog


async def test_followers_miss_nothing_while_redis_is_down(server: Service, new_log: MakeLog) -> None:
    """Readers in the writer's process notice nothing; readers in other processes wait, then catch up."""
    log = await new_log()
    answer_id, writer, here = await begin(log)
    there = Reader(await new_log(), answer_id)
    await there.until("ab")
    server.kill()
    await write(writer, "c", "d")
    await here.until("abcd")
    with pytest.raises(LogUnavailableError):
        await log.take_over(answer_id, 2, AnswerText())
    assert there.content == "ab"
    server.start()  # Not in another thread: Linux ends the process with the thread that started it.
    await write(writer, "e")
    await there.until("abcde")
    await writer.finish(COMPLETE)
    for reader in (here, there):
        await reader.to_the_end()
        assert reader.events[-1] == RunEnded(1, 5, 6, COMPLETE)
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
    server: Service, new_log: MakeLog, refuse: tuple[str, ...], allow: tuple[str, ...], read_log: ReadLog
) -> None:
    _, writer, here, there = await begin_for_two(new_log)
    with Redis.from_url(server.url) as client:
        client.execute_command(*refuse)
        await write(writer, "c")
        async with asyncio.timeout(30):
            await writer.flush()
            await writer.finish(COMPLETE)
        await here.read_whole("abc")
        client.execute_command(*allow)
    await there.read_whole("abc")
    (silent,) = read_log("stream_log_silent")
    assert silent["level"] == "warning"
    assert silent["reason"].startswith("Redis ")


async def test_an_answer_that_ends_while_redis_is_down_reaches_every_follower(
    server: Service, new_log: MakeLog
) -> None:
    _, writer, here, there = await begin_for_two(new_log)
    server.kill()
    await write(writer, "c")
    await writer.finish(COMPLETE)
    await here.to_the_end()
    server.start()  # Not in another thread: Linux ends the process with the thread that started it.
    await there.read_whole("abc")
    assert here.content == "abc"


async def test_the_writer_restores_what_redis_has_lost(server: Service, new_log: MakeLog) -> None:
    """Old and new readers receive the whole answer, because the writer writes it again."""
    answer_id, writer, here, there = await begin_for_two(new_log)
    with Redis.from_url(server.url) as redis:
        redis.flushall()
    await write(writer, "c")
    late = await new_log()
    for reader in (here, there):
        await reader.until("abc")
    newcomer = Reader(late, answer_id, Position(1, 1))
    await newcomer.until("bc")
    await writer.finish(COMPLETE)
    for reader in (here, there):
        await reader.read_whole("abc")


async def test_a_log_that_is_lost_while_the_model_is_silent_is_restored(
    server: Service, new_log: MakeLog, settings: Settings
) -> None:
    """The worker may be killed next: what its followers have seen must not be lost with it."""
    settings.LOG_PROBE_SECONDS = 0.01
    answer_id, _, _ = await begin(await new_log())
    with Redis.from_url(server.url) as redis:
        redis.flushall()
        await until(lambda: redis.exists(stream_key(answer_id)) == 1, "the log is there again")
    heir = await (await new_log()).take_over(answer_id, 2, AnswerText("a", "", 1))
    assert heir.text() == AnswerText("ab", "", 2)


async def test_the_end_follows_a_log_that_is_restored(server: Service, new_log: MakeLog, settings: Settings) -> None:
    """It was on its way when the log was found to be lost; nothing else would send it."""
    settings.LOG_PROBE_SECONDS = 3600.0
    log = await new_log()
    answer_id, writer, here = await begin(log)
    with Redis.from_url(server.url) as redis:
        redis.delete(stream_key(answer_id))
    async with asyncio.timeout(20):
        await writer.finish(COMPLETE)
    there = Reader(await new_log(), answer_id)
    for reader in (here, there):
        await reader.read_whole("ab")


async def test_an_entry_that_cannot_be_read_holds_up_no_other_answer(
    server: Service, new_log: MakeLog, read_log: ReadLog
) -> None:
    log, elsewhere = await new_log(), await new_log()
    broken_id, _, _ = await begin(log)
    answer_id, writer, here = await begin(log)
    there = Reader(elsewhere, answer_id)
    for reader in (Reader(elsewhere, broken_id), there):
        await reader.until("ab")
    with Redis.from_url(server.url) as redis:
        redis.xadd(stream_key(broken_id), {"nonsense": "1"}, id="1-99")
    await until(lambda: read_log("stream_log_not_read"), "the fault")
    await write(writer, "c", "d")
    async with asyncio.timeout(30):
        await writer.finish(COMPLETE)
    for reader in (here, there):
        await reader.read_whole("abcd")
    assert {line["level"] for line in read_log("stream_log_not_read")} == {"error"}


async def test_flushed_text_survives_its_writer(server: Service, new_log: MakeLog) -> None:
    """An ending is stored after that: followers elsewhere then lack nothing but the end."""
    answer_id, writer, _ = await begin(await new_log())
    writer.append(Delta("c"))
    await writer.flush()
    with Redis.from_url(server.url) as redis:
        assert redis.xrevrange(stream_key(answer_id), count=1)[0][0] == b"1-3"


async def test_nothing_waits_for_redis_to_come_back(server: Service, new_log: MakeLog, read_log: ReadLog) -> None:
    _, writer, here = await begin(await new_log())
    server.kill()
    writer.append(Delta("c"))
    async with asyncio.timeout(30):
        await writer.flush()
    await here.until("abc")
    server.start()  # Not in another thread: Linux ends the process with the thread that started it.
    await writer.finish(COMPLETE)
    silent = [line["level"] for line in read_log("stream_log_silent")]
    assert silent == ["warning"], "an expected outage is one line"


async def test_folding_a_long_answer_leaves_no_gap(new_log: MakeLog, server: Service) -> None:
    log, elsewhere = await new_log(), await new_log()
    answer_id, writer, here = await begin(log)
    there = Reader(elsewhere, answer_id)
    words = [f"w{number} " for number in range(2 * FOLDED_AT)]
    for start in range(0, len(words), 64):
        await write(writer, *words[start : start + 64])
        await here.until("ab" + "".join(words[: start + 64]))
    with Redis.from_url(server.url) as redis:
        stream = next(key for key in redis.keys(f"chat:answer:*{answer_id.hex}*") if not key.endswith(b":folded"))
        assert redis.xlen(stream) < FOLDED_AT
    for seq in (0, 1, 5, FOLDED_AT, 2 * FOLDED_AT):
        back = Reader(await new_log(), answer_id, Position(1, seq))
        await back.until("".join(["a", "b", *words][seq:]))
        assert not any(isinstance(event, TextPart) and event.reset for event in back.events)
        back.task.cancel()
    await writer.finish(COMPLETE)
    for reader in (here, there):
        await reader.read_whole("ab" + "".join(words))


async def test_a_follower_keeps_up_when_another_one_leaves(new_log: MakeLog) -> None:
    log, elsewhere = await new_log(), await new_log()
    answer_id, writer, _ = await begin(log)
    staying, leaving = Reader(elsewhere, answer_id), Reader(elsewhere, answer_id)
    await leaving.until("ab")
    leaving.task.cancel()
    await staying.until("ab")
    await write(writer, "c")
    await staying.until("abc")
    await writer.finish(COMPLETE)
    await staying.read_whole("abc")


async def test_every_key_in_redis_expires(server: Service, new_log: MakeLog) -> None:
    log = await new_log()
    answer_id, writer, _ = await begin(log)
    Reader(await new_log(), answer_id)
    await writer.finish(COMPLETE)
    with Redis.from_url(server.url) as redis:
        assert {key for key in redis.keys("chat:*") if redis.pttl(key) < 0} == set()
