"""The log in Redis while Redis dies or loses its data, and while another worker takes an answer over."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings
from redis import Redis

from apps.chat.events import AnswerStatus, AnswerText, Delta, Ending, Position, RunEnded, StreamEvent, TextPart
from apps.chat.log.base import LogUnavailableError, LogWriter, NoSuchLogError, TakenOverError
from apps.chat.log.redis.entries import stream_key
from apps.chat.log.redis.log import RedisStreamLog
from apps.chat.log.redis.writer import FOLDED_AT
from testkit.live import until
from testkit.local_services import Service, run_redis
from tests.log_lines import ReadLog

COMPLETE = Ending(AnswerStatus.COMPLETE, "stop")
START = Position(1, 0)

type MakeLog = Callable[[], Awaitable[RedisStreamLog]]


@pytest.fixture(scope="module")
def server() -> Iterator[Service]:
    with run_redis() as service:
        yield service


@pytest.fixture
async def new_log(server: Service) -> AsyncIterator[MakeLog]:
    opened: list[RedisStreamLog] = []

    async def make() -> RedisStreamLog:
        log = RedisStreamLog(server.url, ttl=600)
        opened.append(log)
        await log.open()
        return log

    yield make
    await asyncio.gather(*(log.close() for log in opened))


class Reader:
    """Follows an answer, by default from its beginning; `until` waits for its text."""

    def __init__(self, log: RedisStreamLog, answer_id: UUID, after: Position | None = START, run: int = 1) -> None:
        self.events: list[StreamEvent] = []
        self._changed = asyncio.Event()
        self.task = asyncio.create_task(self._read(log, answer_id, after, run))

    async def _read(self, log: RedisStreamLog, answer_id: UUID, after: Position | None, run: int) -> None:
        async with aclosing(log.follow(answer_id, after, run)) as events:
            async for event in events:
                self.events.append(event)
                self._changed.set()
        self._changed.set()

    @property
    def content(self) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextPart))

    async def until(self, content: str) -> None:
        async with asyncio.timeout(30):
            while self.content != content:
                assert not self.task.done(), (self.events, self.task.exception())
                self._changed.clear()
                await self._changed.wait()

    async def to_the_end(self) -> None:
        async with asyncio.timeout(30):
            await self.task

    def assert_whole(self) -> None:
        """Check that each event begins where the previous one ended, and that there was no reset."""
        assert [event.after for event in self.events] == [0, *(event.seq for event in self.events[:-1])]
        assert not any(isinstance(event, TextPart) and event.reset for event in self.events)


async def write(writer: LogWriter, *words: str) -> None:
    for word in words:
        writer.append(Delta(word))
        await asyncio.sleep(0)


async def insist(writer: LogWriter) -> None:
    """Write until the log refuses it."""
    async with asyncio.timeout(30):
        while True:
            await write(writer, "!")
            await asyncio.sleep(0.01)


async def begin(log: RedisStreamLog) -> tuple[UUID, LogWriter, Reader]:
    """Start an answer; return it with its writer and a reader in the same process, which has its first words."""
    answer_id = uuid4()
    writer = await log.start(answer_id, 1, AnswerText())
    reader = Reader(log, answer_id)
    await write(writer, "a", "b")
    await reader.until("ab")
    return answer_id, writer, reader


async def test_followers_miss_nothing_while_redis_is_down(server: Service, new_log: MakeLog) -> None:
    """Readers in the writer's process notice nothing; those in other processes wait, then catch up."""
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
    ],
    ids=["too few replicas", "a replica"],
)
async def test_an_answer_ends_while_redis_refuses_writes(
    server: Service, new_log: MakeLog, refuse: tuple[str, ...], allow: tuple[str, ...]
) -> None:
    log = await new_log()
    answer_id, writer, here = await begin(log)
    there = Reader(await new_log(), answer_id)
    await there.until("ab")
    with Redis.from_url(server.url) as client:
        client.execute_command(*refuse)
        await write(writer, "c")
        async with asyncio.timeout(30):
            await writer.flush()
            await writer.finish(COMPLETE)
        await here.to_the_end()
        client.execute_command(*allow)
    await there.to_the_end()
    for reader in (here, there):
        assert reader.content == "abc"
        reader.assert_whole()


async def test_an_answer_that_ends_while_redis_is_down_reaches_every_follower(
    server: Service, new_log: MakeLog
) -> None:
    log = await new_log()
    answer_id, writer, here = await begin(log)
    there = Reader(await new_log(), answer_id)
    await there.until("ab")
    server.kill()
    await write(writer, "c")
    await writer.finish(COMPLETE)
    await here.to_the_end()
    server.start()  # Not in another thread: Linux ends the process with the thread that started it.
    await there.to_the_end()
    assert there.content == here.content == "abc"
    there.assert_whole()


async def test_the_writer_restores_what_redis_has_lost(server: Service, new_log: MakeLog) -> None:
    """Old and new readers receive the whole answer, because the writer writes it again."""
    log = await new_log()
    answer_id, writer, here = await begin(log)
    there = Reader(await new_log(), answer_id)
    await there.until("ab")
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
        await reader.to_the_end()
        reader.assert_whole()


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
    silent = [line["level"] for line in read_log() if line["event"] == "stream_log_silent"]
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
        await reader.to_the_end()
        reader.assert_whole()
        assert reader.content == "ab" + "".join(words)


async def test_a_takeover_fences_the_former_writer(new_log: MakeLog) -> None:
    """The next run has everything that a reader has seen, and nothing that the former writer appends later."""
    log, other = await new_log(), await new_log()
    answer_id, former, here = await begin(log)
    there = Reader(other, answer_id)
    await there.until("ab")
    heir = await other.take_over(answer_id, 2, AnswerText("stored", "", 1))
    assert heir.text() == AnswerText("ab", "", 2)
    await there.to_the_end()
    assert not any(isinstance(event, RunEnded) for event in there.events)
    with pytest.raises(TakenOverError):
        await insist(former)
    await here.to_the_end()
    await write(heir, "c")
    await heir.finish(COMPLETE)
    for reader, log_of_it in ((there, log), (there, other)):
        position = Position(1, reader.events[-1].seq)
        back = Reader(log_of_it, answer_id, position)
        await back.to_the_end()
        assert back.content == "c"
        assert back.events[0].after == position.seq
        assert back.events[-1] == RunEnded(2, 3, 4, COMPLETE)


async def test_a_follower_of_the_next_run_supersedes_those_of_the_former(server: Service, new_log: MakeLog) -> None:
    """The same holds if it finds the next run in Redis before its process has learned of it."""
    log, other, third = await new_log(), await new_log(), await new_log()
    answer_id, former, _ = await begin(log)
    there = Reader(third, answer_id)
    for reader in (there, Reader(other, answer_id)):
        await reader.until("ab")
    await write(former, "c")
    await there.until("abc")
    # The connections that wait for new entries are cut, and opened again after a moment.
    with Redis.from_url(server.url) as redis:
        for client in redis.client_list():
            if client["cmd"] == "xread":
                redis.client_kill_filter(_id=client["id"])
    heir = await other.take_over(answer_id, 2, AnswerText())
    after = Reader(third, answer_id, Position(1, 3), run=2)
    await write(heir, "d")
    await after.until("d")
    await there.to_the_end()
    assert not any(isinstance(event, RunEnded) for event in there.events)
    await heir.finish(COMPLETE)
    await after.to_the_end()


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
    await staying.to_the_end()
    staying.assert_whole()


async def test_later_runs_of_an_abandoned_answer_are_followed(new_log: MakeLog) -> None:
    log, elsewhere = await new_log(), await new_log()
    answer_id, writer, _ = await begin(log)
    there = Reader(elsewhere, answer_id)
    await there.until("ab")
    assert elsewhere.unended() == {answer_id: 1}
    elsewhere.abandon(answer_id, 1)
    await there.to_the_end()
    ended = Reader(elsewhere, answer_id)
    with pytest.raises(NoSuchLogError):
        await ended.to_the_end()
    await writer.finish(COMPLETE)
    heir = await log.start(answer_id, 2, AnswerText("ab", "", 3))
    await write(heir, "c")
    back = Reader(elsewhere, answer_id, Position(1, 3), run=2)
    await back.until("c")
    elsewhere.abandon(answer_id, 1)  # It came too late, and is about the former run.
    await heir.finish(COMPLETE)
    await back.to_the_end()
    assert back.events[-1] == RunEnded(2, 4, 5, COMPLETE)


async def test_two_concurrent_takeovers_continue_one_run(new_log: MakeLog) -> None:
    log, first, second = await new_log(), await new_log(), await new_log()
    answer_id, _, _ = await begin(log)
    heirs = await asyncio.gather(*(each.take_over(answer_id, 2, AnswerText()) for each in (first, second)))
    assert [heir.text() for heir in heirs] == [AnswerText("ab", "", 2)] * 2
    await heirs[1].release()
    await heirs[0].finish(COMPLETE)
    late = Reader(await new_log(), answer_id, Position(1, 2))
    await late.to_the_end()
    assert late.events == [RunEnded(2, 2, 3, COMPLETE)]
    with pytest.raises(TakenOverError):
        await second.take_over(answer_id, 2, AnswerText())


async def test_a_takeover_of_a_lost_log_begins_with_the_stored_text(server: Service, new_log: MakeLog) -> None:
    log, other = await new_log(), await new_log()
    answer_id, _, _ = await begin(log)
    with Redis.from_url(server.url) as redis:
        redis.flushall()
    heir = await other.take_over(answer_id, 2, AnswerText("a", "thought", 1))
    assert heir.text() == AnswerText("a", "thought", 1)
    await write(heir, "c")
    await heir.finish(COMPLETE)
    back = Reader(other, answer_id, Position(1, 2))
    await back.to_the_end()
    first = back.events[0]
    assert isinstance(first, TextPart)
    assert first.reset is True
    assert back.content == "thoughtac"
    ahead_by_nothing = Reader(other, answer_id, Position(1, 1))
    await ahead_by_nothing.to_the_end()
    assert ahead_by_nothing.content == "c"


async def test_every_key_in_redis_expires(server: Service, new_log: MakeLog) -> None:
    log = await new_log()
    answer_id, writer, _ = await begin(log)
    Reader(await new_log(), answer_id)
    await writer.finish(COMPLETE)
    with Redis.from_url(server.url) as redis:
        assert {key for key in redis.keys("chat:*") if redis.pttl(key) < 0} == set()
