"""The pool of database threads: its results, its failures, and that a failure costs no thread."""

import asyncio
import threading

import pytest
from django.conf import settings

from apps.core.database import run_in_database, submit_to_database

pytestmark = pytest.mark.storeless


def fail() -> None:
    raise ValueError("broken")


async def test_the_caller_gets_the_result_or_the_failure() -> None:
    assert await run_in_database(divmod, 7, 2) == (3, 1)
    with pytest.raises(ValueError, match="broken"):
        await run_in_database(fail)


async def test_work_that_fails_costs_no_thread() -> None:
    count = settings.DATABASE_THREADS
    for _ in range(2 * count):
        submit_to_database(fail)
    together = threading.Barrier(count)
    async with asyncio.timeout(30):
        await asyncio.gather(*(run_in_database(together.wait) for _ in range(count)))


async def test_work_of_a_caller_that_has_given_up_is_not_done() -> None:
    count = settings.DATABASE_THREADS
    busy, done = threading.Event(), threading.Event()
    holders = [asyncio.create_task(run_in_database(busy.wait)) for _ in range(count)]
    waiting = asyncio.create_task(run_in_database(done.set))
    await asyncio.sleep(0)
    waiting.cancel()
    busy.set()
    await asyncio.gather(*holders)
    await run_in_database(int)
    assert not done.is_set()
