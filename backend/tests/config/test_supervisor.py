"""Several workers under one supervisor (`manage.py serve` with `WEB_CONCURRENCY`)."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from django.conf import settings as django_settings

from testkit.live import pause
from testkit.server_process import ServerProcess
from testkit.services import several_workers

pytestmark = [pytest.mark.timeout(180), several_workers]


@pytest.fixture
async def server(tmp_path: Path, migrated_database_url: str) -> AsyncIterator[ServerProcess]:
    """A supervisor with two workers."""
    settings = {"DATABASE_URL": migrated_database_url, "REDIS_URL": django_settings.REDIS_URL}
    process = ServerProcess(tmp_path, settings | {"WEB_CONCURRENCY": "2", "DRAIN_SECONDS": "0"})
    await process.start("workers_ready")
    yield process
    await process.kill()


@asynccontextmanager
async def always_answering(server: ServerProcess) -> AsyncIterator[None]:
    """Check that the server answers every request meanwhile and one more at the end, each on a new connection."""
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(server.url, connector=connector) as session:

        async def ask() -> None:
            async with session.get("/api/health/ready") as response:
                assert response.status == 200, await response.text()

        async def ask_for_ever() -> None:
            while True:
                await ask()
                await pause()

        asking = asyncio.create_task(ask_for_ever())
        yield
        assert not asking.done(), asking.exception()
        asking.cancel()
        await ask()


def workers(server: ServerProcess) -> list[int]:
    """Return the process ids of all workers so far, in the order in which they started."""
    started = (re.search(r"Started server process \[(\d+)\]", line) for line in server.log)
    return [int(found[1]) for found in started if found]


async def test_a_worker_that_dies_is_replaced_while_the_other_one_answers(server: ServerProcess) -> None:
    first, _ = workers(server)
    os.kill(first, signal.SIGKILL)
    died = await server.until_written("worker_died")
    async with always_answering(server):
        await server.until_written("Uvicorn running on", since=server.log.index(died))
    assert len(workers(server)) == 3


async def test_sighup_replaces_the_workers_in_turn(server: ServerProcess) -> None:
    before = workers(server)
    async with always_answering(server):
        server.end(signal.SIGHUP)
        await server.until_written("workers_restarted")
    assert len(workers(server)) == 4
    for worker in before:
        assert [line for line in server.log if f"Finished server process [{worker}]" in line]


async def test_sigterm_ends_the_supervisor_and_its_workers(server: ServerProcess) -> None:
    server.end()
    assert await server.wait() == 0
    await server.kill()  # Checks that no process of the supervisor is left.


async def test_workers_end_when_their_supervisor_is_killed(server: ServerProcess) -> None:
    """Nothing would replace them, and the next supervisor needs their address."""
    await server.kill()
    assert len([line for line in server.log if "Finished server process" in line]) == 2
    await server.start("workers_ready")
    async with always_answering(server):
        pass
