"""The system under test: real stores, the fake model, workers, and the proxy in front of them."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from faults.proxy import Proxy
from faults.workers import STARTING_S, Fleet, worker_environment
from testkit.fakes.model_answers import CONTINUE_MARKER, text_of
from testkit.local_services import Service, run_postgres, run_redis
from testkit.programs import running


@dataclass
class System:
    """The running system; without `redis`, one worker keeps everything in memory."""

    postgres: Service
    redis: Service | None
    model: "Model"
    proxy: Proxy
    fleet: Fleet
    continues: bool


class Model:
    """The fake model service: a separate process, so that it shares no event loop with the clients."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def calls(self) -> Counter[str]:
        """Return the number of calls for each question."""
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}/control") as response:
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
        model = await stack.enter_async_context(_running_model(folder))
        proxy = Proxy()
        await proxy.start()
        stack.push_async_callback(proxy.stop)
        environment = worker_environment(
            folder,
            database_url=postgres.url,
            redis_url=redis.url if redis else "",
            model_url=f"{model.url}/v1",
            continues=continues,
        )
        fleet = Fleet(workers, environment, folder, proxy)
        stack.push_async_callback(fleet.stop)
        await fleet.start()
        yield System(postgres, redis, model, proxy, fleet, continues)


@asynccontextmanager
async def _running_model(folder: Path) -> AsyncGenerator[Model]:
    command = ["-m", "testkit.fakes.model_server", "--port", "0"]
    async with running("fake model", command, folder / "model.log") as program:
        yield Model((await program.read_line(STARTING_S)).decode().split()[1])
