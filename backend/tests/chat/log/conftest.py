"""A Redis that tests may kill, and logs in it."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from apps.chat.log.redis.log import RedisStreamLog
from testkit.local_services import Service, run_redis
from tests.chat.log.redis_logs import MakeLog


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
