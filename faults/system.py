"""The system under test: real stores, the fake model, workers, and the proxy in front of them."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from faults.proxy import Proxy
from faults.workers import Fleet
from testkit.fakes.model_answers import CONTINUE_MARKER, text_of
from testkit.local_services import Service, run_postgres, run_redis
from testkit.programs import running_fake_model
from testkit.server_environment import unlimited_environment


@dataclass
class System:
    """The running system; without `redis`, one worker keeps everything in memory."""

    postgres: Service
    redis: Service | None
    model_url: str
    proxy: Proxy
    fleet: Fleet
    continues: bool


async def count_calls(model_url: str) -> Counter[str]:
    """Return the number of calls of the model for each question."""
    async with aiohttp.ClientSession() as http, http.get(f"{model_url}/control") as response:
        requests = (await response.json())["requests"]
    return Counter(asked_in(request["body"]["messages"]) for request in requests)


def asked_in(messages: list[dict[str, Any]]) -> str:
    """Return the question of a model call with these messages; a continuation belongs to the question before it."""
    texts = [text_of(message["content"]) for message in messages if message["role"] == "user"]
    return next((text for text in reversed(texts) if not text.startswith(CONTINUE_MARKER)), "")


@asynccontextmanager
async def running_system(folder: Path, *, workers: int, has_redis: bool, continues: bool) -> AsyncGenerator[System]:
    """Run the whole system; on exit, whatever the reason, everything is ended."""
    async with AsyncExitStack() as stack:
        postgres = stack.enter_context(run_postgres())
        redis = stack.enter_context(run_redis()) if has_redis else None
        model_url = await stack.enter_async_context(running_fake_model(folder))
        proxy = Proxy()
        await proxy.start()
        stack.push_async_callback(proxy.stop)
        environment = unlimited_environment(folder, f"{model_url}/v1") | {
            "DATABASE_URL": postgres.url,
            "REDIS_URL": redis.url if redis else "",
            "WEB_CONCURRENCY": "1",
            "MESSAGE_RATE": "10000/60",
            "CONTINUE_AFTER_CRASH": "true" if continues else "false",
            "DRAIN_SECONDS": "4",
            "TITLES": "off",
        }
        fleet = Fleet(workers, environment, folder, proxy)
        stack.push_async_callback(fleet.stop)
        await fleet.start()
        yield System(postgres, redis, model_url, proxy, fleet, continues)
