"""The contenders: the bare relay, and the product as it is served."""

import asyncio
import secrets
import socket
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Protocol

import aiohttp

from bench.orders import Seat
from bench.processes import ROOT, Processes, Program, StartError, running
from testkit.local_services import Service, run_postgres, run_redis

RELAY, SQLITE, POSTGRES = "relay", "sqlite", "postgres"
CONTENDERS = (RELAY, SQLITE, POSTGRES)
"""The bare relay; the product on SQLite and memory; the product on PostgreSQL and Redis."""

BACKEND = ROOT / "backend"
STARTING_S = 60.0

_THROTTLES = (
    "THROTTLE_REGISTER",
    "THROTTLE_LOGIN",
    "THROTTLE_PASSWORD",
    "THROTTLE_REFRESH",
    "THROTTLE_ANONYMOUS",
    "THROTTLE_USER",
    "MESSAGE_RATE",
    "ANSWERS_PER_USER",
    "CONNECTIONS_PER_CLIENT",
    "REQUESTS_IN_FLIGHT",
    "REQUESTS_PER_CLIENT",
    "REQUESTS_PER_USER",
    "SOCKETS_PER_USER",
    "UNAUTHENTICATED_SOCKETS_PER_ADDRESS",
)


class Contender(Protocol):
    """A server that answers `chat.message` with the model's tokens."""

    name: str
    program: Program
    stores: Sequence[Processes]
    """The servers that it stores in, whose work counts as its own."""
    port: int

    async def seats(self, count: int) -> list[Seat]:
        """Return `count` seats from which no user has asked yet."""
        ...


class BareRelay:
    """The bare relay, which has one path and no sign-in."""

    name = RELAY
    stores: Sequence[Processes] = ()

    def __init__(self, program: Program, port: int) -> None:
        """Wrap a relay that listens on `port`."""
        self.program = program
        self.port = port

    async def seats(self, count: int) -> list[Seat]:
        """Return the same seat `count` times."""
        return [Seat("/")] * count


class Product:
    """The product: one user with a conversation per seat, because hashing 200 passwords would take too long."""

    def __init__(
        self, name: str, program: Program, port: int, http: aiohttp.ClientSession, stores: Sequence[Processes]
    ) -> None:
        """Wrap a server that listens on `port`; `http` has its address as base URL."""
        self.name = name
        self.program = program
        self.stores = stores
        self.started_in = 0.0
        self.port = port
        self._http = http
        self._token = ""

    async def sign_up(self) -> None:
        """Create the user and sign in."""
        account = {"username": "bench", "email": "bench@example.com", "password": secrets.token_urlsafe(24)}
        await self._post("/api/auth/register", account)
        pair = await self._post("/api/auth/token/pair", account)
        self._token = pair["access"]

    async def seats(self, count: int) -> list[Seat]:
        """Create `count` conversations and return their seats."""
        made = [await self._post("/api/conversations/", {}) for _ in range(count)]
        return [Seat(f"/ws/chat/{conversation['id']}/", self._token) for conversation in made]

    async def wait_until_up(self) -> None:
        """Request its health until it answers; raises `StartError` with the end of its log if it does not."""
        begin = time.monotonic()
        until = begin + STARTING_S
        while self.program.running() and time.monotonic() < until:
            try:
                async with self._http.get("/api/health/live") as response:
                    if response.ok:
                        self.started_in = time.monotonic() - begin
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.02)
        raise StartError(f"The server did not start.\n{self.program.last_words()}")

    async def _post(self, path: str, body: dict[str, str]) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with self._http.post(path, json=body, headers=headers) as response:
            if not response.ok:
                raise StartError(f"POST {path}: {response.status} {await response.text()}\n{self.program.last_words()}")
            answer: dict[str, str] = await response.json()
            return answer


@asynccontextmanager
async def bare_relay(scratch: Path, model_url: str, *, deflate: bool) -> AsyncGenerator[Contender]:
    """Run the relay, with compression (`deflate`) if the product has it."""
    switch = "--deflate" if deflate else "--no-deflate"
    async with running("relay", ["-m", "bench.relay", model_url, switch], scratch / "relay.log") as program:
        yield BareRelay(program, int(await program.read_line(STARTING_S)))


@asynccontextmanager
async def product(scratch: Path, model_url: str, name: str) -> AsyncGenerator[Product]:
    """Run the product on empty stores, with its throttles off."""
    port = _free_port()
    log = scratch / f"{name}.log"
    async with AsyncExitStack() as stack:
        stores: list[Service] = []
        urls = {"DATABASE_URL": "", "REDIS_URL": ""}
        if name == POSTGRES:
            database, redis = stack.enter_context(run_postgres()), stack.enter_context(run_redis())
            stores = [database, redis]
            urls = {"DATABASE_URL": database.url, "REDIS_URL": redis.url}
        env = _environment(scratch / name, model_url) | urls
        migrate = ["manage.py", "migrate", "--no-input"]
        async with running("migrate", migrate, log, env=env, cwd=BACKEND) as migration:
            await migration.finish()
        serve = ["manage.py", "serve", "--host", "127.0.0.1", "--port", str(port)]
        program = await stack.enter_async_context(running(name, serve, log, env=env, cwd=BACKEND))
        http = await stack.enter_async_context(aiohttp.ClientSession(f"http://127.0.0.1:{port}"))
        ours = Product(name, program, port, http, [Processes(store.pid) for store in stores])
        await ours.wait_until_up()
        await ours.sign_up()
        yield ours


def _environment(scratch: Path, model_url: str) -> dict[str, str]:
    """Return the whole environment: neither the caller's settings nor a settings file may change what is measured."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(scratch),
        "LANG": "C.UTF-8",
        "DATA_DIR": str(scratch / "data"),
        "DEBUG": "off",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "JWT_SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "127.0.0.1",
        "REGISTRATION": "open",
        "OPENAI_BASE_URL": model_url,
        "OPENAI_API_KEY": "bench-key",
        "AI_MODELS": "fake-model",
        "EMBEDDED_MODEL": "off",
        "LOCAL_DISCOVERY": "off",
        "WEB_CONCURRENCY": "1",
        **dict.fromkeys(_THROTTLES, "off"),
    }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
