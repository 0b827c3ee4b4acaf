"""The product as it is served, as a contender."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import UUID

import aiohttp

from bench.contenders import POSTGRES
from bench.load_protocol import Endpoint
from bench.scenarios import Readings
from testkit.api_user import ApiUser, LocalServer
from testkit.local_services import Service, run_postgres, run_redis
from testkit.ports import free_port
from testkit.programs import STARTING_SECONDS, Processes, Program, StartError, running
from testkit.server_environment import unlimited_environment

SEEDING_SECONDS = 300.0
RENEWED_AFTER_SECONDS = 300.0
MIGRATE = ["manage.py", "migrate", "--no-input"]
SERVE = ["manage.py", "serve", "--host", "127.0.0.1"]  # at the PORT of its environment


class Product(LocalServer):
    """The product: one account with many conversations, because hashing the passwords of 200 users takes too long."""

    def __init__(
        self,
        name: str,
        program: Program,
        http: aiohttp.ClientSession,
        stores: Sequence[Processes],
        environment: dict[str, str],
        scratch: Path,
    ) -> None:
        """Wrap a server; `http` has its URL as base URL, `environment` its settings."""
        super().__init__(int(environment["PORT"]))
        self.name = name
        self.program = program
        self.http = http
        self.stores = stores
        self._environment = environment
        self._scratch = scratch
        self.starts: list[Readings] = []
        """The cost of each start."""
        self.account = ApiUser(self, "bench", http=http)
        """The account of the endpoints."""
        self._signed_in_at = time.monotonic()

    async def sign_up(self, name: str) -> ApiUser:
        account = ApiUser(self, name, http=self.http)
        await account.sign_up()
        return account

    async def endpoints(self, count: int) -> list[Endpoint]:
        """Create `count` conversations and return their endpoints."""
        await self._renew()
        return [self.endpoint(await self.account.new_conversation()) for _ in range(count)]

    def endpoint(self, conversation_id: UUID | str) -> Endpoint:
        return Endpoint(f"/ws/chat/{conversation_id}/", self.account.access)

    async def seed(self, *arguments: str) -> bytes:
        """Fill the database, as `python -m bench.seeding` takes it; return what that prints."""
        await self._renew()
        command = ["-m", "bench.seeding", *arguments]
        async with running("seeding", command, self._scratch / "seeding.log", env=self._environment) as seeding:
            printed = await seeding.read_line(SEEDING_SECONDS)
            await seeding.finish()
        await self.program.wait_until_idle()
        return printed

    async def _renew(self) -> None:
        """Sign in again before the access token expires, which it does after a quarter of an hour."""
        if time.monotonic() - self._signed_in_at > RENEWED_AFTER_SECONDS:
            await self.account.sign_in()
            self._signed_in_at = time.monotonic()


@asynccontextmanager
async def product(
    scratch: Path, model_url: str, name: str, *, workers: int = 1, starts: int = 1
) -> AsyncGenerator[Product]:
    """Run the product on empty stores, with its limits on a single client off; it is started `starts` times."""
    async with AsyncExitStack() as stack:
        env = unlimited_environment(scratch / f"{name}-{workers}", model_url)
        env |= {"PORT": str(free_port()), "WEB_CONCURRENCY": str(workers)}
        stores: list[Service] = []
        if name == POSTGRES:
            database, redis = stack.enter_context(run_postgres()), stack.enter_context(run_redis())
            stores = [database, redis]
            env |= {"DATABASE_URL": database.url, "REDIS_URL": redis.url}
        log = scratch / f"{name}-{workers}.log"
        async with running("migrate", MIGRATE, log, env=env) as migration:
            await migration.finish()
        http = await stack.enter_async_context(aiohttp.ClientSession(f"http://127.0.0.1:{env['PORT']}"))
        took: list[Readings] = []
        for _ in range(starts - 1):
            async with running(name, SERVE, log, env=env) as program:
                took.append(await _wait_until_ready(program, http))
        program = await stack.enter_async_context(running(name, SERVE, log, env=env))
        took.append(await _wait_until_ready(program, http))
        ours = Product(name, program, http, [Processes(store.pid) for store in stores], env, scratch)
        ours.starts = took
        await ours.account.sign_up()
        yield ours


async def _wait_until_ready(program: Program, http: aiohttp.ClientSession) -> Readings:
    """Request its readiness until it is ready; raises `StartError` with the end of its log if it never is."""
    begin = time.monotonic()
    while program.running() and time.monotonic() < begin + STARTING_SECONDS:
        try:
            async with http.get("/api/health/ready") as response:
                if response.ok:
                    return {"seconds": time.monotonic() - begin, "cpu_seconds": program.cpu_seconds()}
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(0.02)
    raise StartError(f"The server did not start.\n{program.last_lines()}")
