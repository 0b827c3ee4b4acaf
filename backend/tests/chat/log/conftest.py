"""Logs of each kind, and a Redis that tests may kill."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings
from redis import Redis

from apps.chat.log.base import StreamLog
from apps.chat.log.memory import MemoryStreamLog
from apps.chat.log.redis.log import RedisStreamLog
from testkit.local_services import Service, run_redis
from tests.chat.log.logs import OtherProcess
from tests.chat.log.redis_logs import OpenRedisLog

type OpenLog = Callable[[str], Awaitable[StreamLog]]


@pytest.fixture
async def open_log(settings: Settings) -> AsyncIterator[OpenLog]:
    """Return a function that opens a log, each as another process would, of this kind: `memory` or `redis`."""
    opened: list[StreamLog] = []

    async def make(kind: str) -> StreamLog:
        if kind == "redis" and not settings.REDIS_URL:
            pytest.skip("needs Redis: --services=postgres")
        log: StreamLog = MemoryStreamLog(ttl=600) if kind == "memory" else RedisStreamLog(settings.REDIS_URL, ttl=600)
        opened.append(log)
        await log.open()
        return log

    yield make
    for log in opened:
        await log.close()


@pytest.fixture(params=["memory", "redis", "redis, other process"])
async def log(request: pytest.FixtureRequest, open_log: OpenLog) -> Any:
    """A log of each kind; a `StreamLog` or an `OtherProcess`, which has what tests use of one."""
    if request.param == "redis, other process":
        return OtherProcess(await open_log("redis"), await open_log("redis"))
    return await open_log(request.param)


@pytest.fixture(scope="module")
def redis_server() -> Iterator[Service]:
    """A Redis of the tests of one file, which they may kill and start again."""
    with run_redis() as service:
        yield service


@pytest.fixture
def redis(redis_server: Service) -> Iterator[Redis]:
    """A client of that Redis."""
    with Redis.from_url(redis_server.url) as client:
        yield client


@pytest.fixture
async def open_redis_log(redis_server: Service) -> AsyncIterator[OpenRedisLog]:
    """Return a function that opens a log in that Redis, each as another process would."""
    opened: list[RedisStreamLog] = []

    async def make() -> RedisStreamLog:
        log = RedisStreamLog(redis_server.url, ttl=600)
        opened.append(log)
        await log.open()
        return log

    yield make
    await asyncio.gather(*(log.close() for log in opened))
