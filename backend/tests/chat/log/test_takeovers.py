"""The log in Redis while another worker takes an answer over."""

import asyncio
from weakref import ref

import pytest
from redis import Redis

from apps.chat.events import AnswerText, Delta, Position, TerminalEvent, TextPart
from apps.chat.log.base import NoSuchLogError, TakenOverError
from apps.chat.log.redis.writer import FOLDED_AT
from testkit.live import until
from tests.chat.log.logs import COMPLETE, has_reset
from tests.chat.log.redis_logs import OpenRedisLog, Reader, begin_with_reader, write, write_until_refused


async def test_a_takeover_shuts_the_former_writer_out(open_redis_log: OpenRedisLog) -> None:
    """The next run has everything that a reader has seen, and nothing that the former writer appends later."""
    log, other = await open_redis_log(), await open_redis_log()
    answer_id, former, here = await begin_with_reader(log)
    there = Reader(other, answer_id)
    await there.wait_for("ab")
    successor = await other.take_over(answer_id, 2, AnswerText("stored", "", 1))
    assert successor.text() == AnswerText("ab", "", 2)
    await there.wait_for_end()
    assert not any(isinstance(event, TerminalEvent) for event in there.events)
    with pytest.raises(TakenOverError):
        await write_until_refused(former)
    await here.wait_for_end()
    await write(successor, "c")
    await successor.finish(COMPLETE)
    for reader, log_of_it in ((there, log), (there, other)):
        position = Position(1, reader.events[-1].seq)
        back = Reader(log_of_it, answer_id, position)
        await back.wait_for_end()
        assert back.content == "c"
        assert back.events[0].after == position.seq
        assert back.events[-1] == TerminalEvent(2, 3, 4, COMPLETE)


async def test_a_follower_of_the_next_run_supersedes_those_of_the_former(
    redis: Redis, open_redis_log: OpenRedisLog
) -> None:
    """The same holds if it finds the next run in Redis before its process has learned of it."""
    log, other, third = await open_redis_log(), await open_redis_log(), await open_redis_log()
    answer_id, former, _ = await begin_with_reader(log)
    there = Reader(third, answer_id)
    for reader in (there, Reader(other, answer_id)):
        await reader.wait_for("ab")
    await write(former, "c")
    await there.wait_for("abc")
    # The connections that wait for new entries are cut, and opened again after a moment.
    for client in redis.client_list():
        if client["cmd"] == "xread":
            redis.client_kill_filter(_id=client["id"])
    successor = await other.take_over(answer_id, 2, AnswerText())
    after = Reader(third, answer_id, Position(1, 3), run_number=2)
    await write(successor, "d")
    await after.wait_for("d")
    await there.wait_for_end()
    assert not any(isinstance(event, TerminalEvent) for event in there.events)
    await successor.finish(COMPLETE)
    await after.wait_for_end()


async def test_later_runs_of_an_abandoned_answer_are_followed(open_redis_log: OpenRedisLog) -> None:
    log, elsewhere = await open_redis_log(), await open_redis_log()
    answer_id, writer, _ = await begin_with_reader(log)
    there = Reader(elsewhere, answer_id)
    await there.wait_for("ab")
    assert elsewhere.unended_runs() == {answer_id: 1}
    elsewhere.abandon_run(answer_id, 1)
    await there.wait_for_end()
    ended = Reader(elsewhere, answer_id)
    with pytest.raises(NoSuchLogError):
        await ended.wait_for_end()
    await writer.finish(COMPLETE)
    successor = await log.start(answer_id, 2, AnswerText("ab", "", 3))
    await write(successor, "c")
    back = Reader(elsewhere, answer_id, Position(1, 3), run_number=2)
    await back.wait_for("c")
    elsewhere.abandon_run(answer_id, 1)  # It came too late, and is about the former run.
    await successor.finish(COMPLETE)
    await back.wait_for_end()
    assert back.events[-1] == TerminalEvent(2, 4, 5, COMPLETE)


@pytest.mark.parametrize("is_lost", [False, True], ids=["folded", "lost and written again"])
async def test_followers_continue_after_two_takeovers(
    redis: Redis, open_redis_log: OpenRedisLog, *, is_lost: bool
) -> None:
    log, other, third = await open_redis_log(), await open_redis_log(), await open_redis_log()
    answer_id, _, _ = await begin_with_reader(log)
    successor = await other.take_over(answer_id, 2, AnswerText())
    await write(successor, "c")
    await successor.flush()
    successor = await third.take_over(answer_id, 3, AnswerText())
    words = ["d"] * 2 * FOLDED_AT
    await write(successor, *words)
    await successor.flush()
    if is_lost:
        redis.flushall()
    await write(successor, "e")
    await successor.flush()
    for position, rest in ((Position(1, 1), "bc"), (Position(1, 2), "c"), (Position(2, 3), "")):
        back = Reader(await open_redis_log(), answer_id, position)
        await back.wait_for("".join([rest, *words, "e"]))
        assert not has_reset(back.events)
        back.task.cancel()


async def test_two_concurrent_takeovers_continue_one_run(open_redis_log: OpenRedisLog) -> None:
    log, first, second = await open_redis_log(), await open_redis_log(), await open_redis_log()
    answer_id, _, _ = await begin_with_reader(log)
    successors = await asyncio.gather(*(each.take_over(answer_id, 2, AnswerText()) for each in (first, second)))
    assert [successor.text() for successor in successors] == [AnswerText("ab", "", 2)] * 2
    await successors[1].release()
    await successors[0].finish(COMPLETE)
    late = Reader(await open_redis_log(), answer_id, Position(1, 2))
    await late.wait_for_end()
    assert late.events == [TerminalEvent(2, 2, 3, COMPLETE)]
    with pytest.raises(TakenOverError):
        await second.take_over(answer_id, 2, AnswerText())


async def test_a_takeover_of_a_lost_log_begins_with_the_stored_text(redis: Redis, open_redis_log: OpenRedisLog) -> None:
    log, other = await open_redis_log(), await open_redis_log()
    answer_id, _, _ = await begin_with_reader(log)
    redis.flushall()
    successor = await other.take_over(answer_id, 2, AnswerText("a", "thought", 1))
    assert successor.text() == AnswerText("a", "thought", 1)
    await write(successor, "c")
    await successor.finish(COMPLETE)
    back = Reader(other, answer_id, Position(1, 2))
    await back.wait_for_end()
    first = back.events[0]
    assert isinstance(first, TextPart)
    assert first.reset is True
    assert back.content == "thoughtac"
    back_in_step = Reader(other, answer_id, Position(1, 1))
    await back_in_step.wait_for_end()
    assert back_in_step.content == "c"


async def test_a_released_writer_is_forgotten(open_redis_log: OpenRedisLog) -> None:
    _, writer, _ = await begin_with_reader(await open_redis_log())
    writer.append(Delta("c"))  # Its release waits until Redis has this.
    await writer.release()
    released = ref(writer)
    del writer
    await until(lambda: released() is None, "the log to forget the writer")
