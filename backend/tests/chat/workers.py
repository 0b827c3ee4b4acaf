"""A fixture that starts several workers on one PostgreSQL and one Redis."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from testkit.fakes.model_server import ModelServer
from testkit.live import drop_connections
from testkit.server_process import ServerProcess

type StartWorkers = Callable[..., Awaitable[list[ServerProcess]]]


@pytest.fixture
async def start_workers(
    tmp_path: Path, migrated_database_url: str, model_server: ModelServer
) -> AsyncIterator[StartWorkers]:
    """Return a function that starts this many workers, with more settings."""
    started: list[ServerProcess] = []

    async def start(count: int, **settings: str) -> list[ServerProcess]:
        common = {
            "DATABASE_URL": migrated_database_url,
            "REDIS_URL": django_settings.REDIS_URL,
            "OPENAI_BASE_URL": model_server.base_url,
            "OPENAI_API_KEY": "test-key",
            "AI_MODELS": "fake-model",
            "WORKER_LEASE": "3",
            # Counted in the Redis of the whole run.
            "THROTTLE_REGISTER": "off",
            "THROTTLE_LOGIN": "off",
            **settings,
        }
        started.extend(ServerProcess(tmp_path, common) for _ in range(count))
        await asyncio.gather(*(worker.start() for worker in started))
        return started

    yield start
    await drop_connections()
    for worker in started:
        await worker.kill()
