"""The log in Redis while another worker takes an answer over."""

import asyncio
from weakref import ref

import pytest
from redis import Redis

from apps.chat.events import AnswerText, Delta, Position, RunEnded, TextPart
from apps.chat.log.base import NoSuchLogError, TakenOverError
from apps.chat.log.redis.writer import FOLDED_AT
from testkit.live import until
from testkit.local_services import Service
from tests.chat.log.redis_logs import COMPLETE, MakeLog, Reader, begin, insist, write


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


async def test_later_runs_of_an_abandoned_answer_are_followed(new_log: MakeLog) -> None:
    log, elsewhere = await new_log(), await new_log()
    answer_id, writer, _ = await begin(log)
    there = Reader(elsewhere, answer_id)
    await there.until("ab")
    assert elsewhere.unended_runs() == {answer_id: 1}
    elsewhere.abandon_run(answer_id, 1)
    await there.to_the_end()
    ended = Reader(elsewhere, answer_id)
    with pytest.raises(NoSuchLogError):
        await ended.to_the_end()
    await writer.finish(COMPLETE)
    heir = await log.start(answer_id, 2, AnswerText("ab", "", 3))
    await write(heir, "c")
    back = Reader(elsewhere, answer_id, Position(1, 3), run=2)
    await back.until("c")
    elsewhere.abandon_run(answer_id, 1)  # It came too late, and is about the former run.
    await heir.finish(COMPLETE)
    await back.to_the_end()
    assert back.events[-1] == RunEnded(2, 4, 5, COMPLETE)


@pytest.mark.parametrize("is_lost", [False, True], ids=["folded", "lost and written again"])
async def test_followers_continue_after_two_takeovers(server: Service, new_log: MakeLog, *, is_lost: bool) -> None:
    log, other, third = await new_log(), await new_log(), await new_log()
    answer_id, _, _ = await begin(log)
    heir = await other.take_over(answer_id, 2, AnswerText())
    await write(heir, "c")
    await heir.flush()
    heir = await third.take_over(answer_id, 3, AnswerText())
    words = ["d"] * 2 * FOLDED_AT
    await write(heir, *words)
    await heir.flush()
    if is_lost:
        with Redis.from_url(server.url) as redis:
            redis.flushall()
    await write(heir, "e")
    await heir.flush()
    for position, rest in ((Position(1, 1), "bc"), (Position(1, 2), "c"), (Position(2, 3), "")):
        back = Reader(await new_log(), answer_id, position)
        await back.until("".join([rest, *words, "e"]))
        assert not any(isinstance(event, TextPart) and event.reset for event in back.events)
        back.task.cancel()


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


async def test_a_released_writer_is_forgotten(new_log: MakeLog) -> None:
    _, writer, _ = await begin(await new_log())
    writer.append(Delta("c"))  # Its release waits until Redis has this.
    await writer.release()
    released = ref(writer)
    del writer
    await until(lambda: released() is None, "the log to forget the writer")
