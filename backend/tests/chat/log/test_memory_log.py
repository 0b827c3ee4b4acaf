"""Runs that a single process has released: it forgets or continues them."""

import asyncio

import pytest

from apps.chat.events import AnswerText, Delta, Position
from apps.chat.log.base import NoSuchLogError, TakenOverError
from apps.chat.log.memory import MemoryStreamLog
from testkit.socket_client import PATIENCE_SECONDS
from tests.chat.log.logs import COMPLETE, begin


async def test_a_released_run_is_forgotten_after_a_while() -> None:
    """Its conversation may have been deleted: then nothing takes it over."""
    log = MemoryStreamLog(ttl=0)
    released, writer = await begin(log)
    await writer.release()
    _, next_writer = await begin(log)
    await next_writer.finish(COMPLETE)
    with pytest.raises(NoSuchLogError):
        log.follow(released, None)


async def test_followers_of_a_released_run_stop_when_it_is_forgotten() -> None:
    log = MemoryStreamLog(ttl=0)
    released, writer = await begin(log)
    writer.append(Delta("a"))
    following = log.follow(released, Position(1, 0))
    assert [(await anext(following)).seq] == [1]
    await writer.release()
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert [event async for event in following] == []


async def test_a_later_run_supersedes_one_without_an_end() -> None:
    log = MemoryStreamLog(ttl=600)
    answer_id, writer = await begin(log)
    following = log.follow(answer_id, None)
    await anext(following)
    await log.start(answer_id, 2, AnswerText("stored", "", 3))
    with pytest.raises(TakenOverError):
        writer.append(Delta("late"))
    async with asyncio.timeout(PATIENCE_SECONDS):
        assert [event async for event in following] == []


async def test_a_released_run_is_continued_by_a_takeover() -> None:
    log = MemoryStreamLog(ttl=600)
    answer_id, writer = await begin(log)
    writer.append(Delta("a"))
    following = log.follow(answer_id, Position(1, 0))
    assert [(await anext(following)).seq] == [1]
    await writer.release()
    heir = await log.take_over(answer_id, 2, AnswerText())
    assert [event async for event in following] == []
    assert heir.text() == AnswerText("a", "", 1)
