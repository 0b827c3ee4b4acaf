"""The workers of the product: processes, each on its own port, which share the stores."""

import asyncio
import os
import secrets
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path

import aiohttp

from faults.proxy import Proxy
from tools.programs import end_with_parent

ROOT = Path(__file__).resolve().parent.parent
BACKEND = ROOT / "backend"
STARTING_S = 60.0
ENDING_S = 40.0
DRAIN_SECONDS = 4

_OFF = (
    *("THROTTLE_REGISTER", "THROTTLE_LOGIN", "THROTTLE_PASSWORD"),
    *("THROTTLE_REFRESH", "THROTTLE_ANONYMOUS", "THROTTLE_USER", "THROTTLE_UPLOAD"),
    *(
        "ANSWERS_PER_USER",
        "CONNECTIONS_PER_CLIENT",
        "REQUESTS_PER_CLIENT",
        "REQUESTS_PER_USER",
        "SOCKETS_PER_USER",
        "UNAUTHENTICATED_SOCKETS_PER_ADDRESS",
        "EMBEDDED_MODEL",
        "LOCAL_DISCOVERY",
        "DEBUG",
        "TITLES",
    ),
)


class StartError(Exception):
    """A program did not start; the message has its log."""


def worker_environment(
    folder: Path, *, database_url: str, redis_url: str, model_url: str, continues: bool
) -> dict[str, str]:
    """Return the whole environment of a worker, without any settings of the caller."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "DJANGO_SETTINGS_MODULE": "config.settings.development",
        "DATA_DIR": str(folder / "data"),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": secrets.token_urlsafe(48),
        "JWT_SECRET_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "127.0.0.1",
        "REGISTRATION": "open",
        "OPENAI_BASE_URL": model_url,
        "OPENAI_API_KEY": "faults-key",
        "AI_MODELS": "fake-model",
        "WEB_CONCURRENCY": "1",
        "MESSAGE_RATE": "10000/60",
        "CONTINUE_AFTER_CRASH": "true" if continues else "false",
        "DRAIN_SECONDS": str(DRAIN_SECONDS),
        **dict.fromkeys(_OFF, "off"),
    }


class Worker:
    """One `manage.py serve` process."""

    def __init__(self, port: int, environment: dict[str, str], log: Path) -> None:
        self.port = port
        self._environment = environment
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and return when it answers; restart it if it ends because a store is away, as supervisors do."""
        async with asyncio.timeout(STARTING_S), aiohttp.ClientSession() as http:
            while True:
                if self._process is None or self._process.returncode is not None:
                    self._process = await self._spawn("serve", "--host", "127.0.0.1", "--port", str(self.port))
                with suppress(aiohttp.ClientError):
                    async with http.get(f"http://127.0.0.1:{self.port}/api/health/live") as response:
                        if response.ok:
                            return
                await asyncio.sleep(0.1)

    async def migrate(self) -> None:
        """Create the tables; raises `StartError` if that fails."""
        process = await self._spawn("migrate", "--no-input")
        if await process.wait():
            raise StartError(self._log.read_text())

    async def kill(self) -> None:
        """End it with SIGKILL."""
        await self._end(signal.SIGKILL)

    async def terminate(self) -> bool:
        """Ask it to end, and return whether it did so in time."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> bool:
        process = self._process
        if process is None or process.returncode is not None:
            return True
        process.send_signal(number)
        with suppress(TimeoutError):
            async with asyncio.timeout(ENDING_S):
                await process.wait()
                return True
        process.kill()
        await process.wait()
        return False

    async def _spawn(self, *command: str) -> asyncio.subprocess.Process:
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "manage.py", *command),
                cwd=BACKEND,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl+C must reach this process only, which ends the others in order.
                preexec_fn=end_with_parent(),
            )


class Fleet:
    """A number of workers behind a proxy: each one that ends is replaced."""

    def __init__(self, count: int, environment: dict[str, str], folder: Path, proxy: Proxy) -> None:
        self.count = count
        self.killed_at: dict[int, float] = {}
        """The time at which the worker on a port was killed."""
        self.complaints: list[str] = []
        self._environment = environment
        self._folder = folder
        self._proxy = proxy
        self._workers: list[Worker] = []
        self._apart: list[Worker] = []
        self._leaving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Create the tables and start all workers."""
        first = self._new_worker()
        await first.migrate()
        for worker in (first, *(self._new_worker() for _ in range(self.count - 1))):
            await self._join(worker)

    async def start_apart(self) -> Worker:
        """Start one more worker, which is neither behind the proxy nor broken."""
        worker = self._new_worker()
        self._apart.append(worker)
        await worker.start()
        return worker

    async def stop(self) -> None:
        """End all workers."""
        await asyncio.gather(*self._leaving)
        await asyncio.gather(*(worker.kill() for worker in (*self._workers, *self._apart)))

    def last_words(self) -> str:
        """Return the last lines of each worker's log."""
        logs = sorted(self._folder.glob("worker-*.log"), key=os.path.getmtime)[-self.count :]
        return "\n".join(f"{log.name}: {line}" for log in logs for line in log.read_text().splitlines()[-5:])

    async def kill_one(self, index: int, away_s: float) -> None:
        """Kill a worker with -9, and start another one after `away_s`."""
        worker = self._leave(index)
        self.killed_at[worker.port] = asyncio.get_running_loop().time()
        await worker.kill()
        await asyncio.sleep(away_s)
        await self._join(self._new_worker())

    async def replace_one(self, index: int) -> None:
        """End a worker with TERM; if there are several, another one takes its place first."""
        worker = self._workers[index % len(self._workers)]
        if self.count > 1:
            await self._join(self._new_worker())
            self._leave(self._workers.index(worker))
            self._drain_in_background(worker)
        else:
            self._leave(0)
            await self._drain(worker)
            await self._join(self._new_worker())

    async def roll(self) -> None:
        """Replace all workers, one after another."""
        for _ in range(self.count):
            await self.replace_one(0)

    def _new_worker(self) -> Worker:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = int(probe.getsockname()[1])
        return Worker(port, self._environment, self._folder / f"worker-{port}.log")

    async def _join(self, worker: Worker) -> None:
        await worker.start()
        self._workers.append(worker)
        self._proxy.ports.append(worker.port)

    def _leave(self, index: int) -> Worker:
        worker = self._workers.pop(index % len(self._workers))
        self._proxy.ports.remove(worker.port)
        return worker

    def _drain_in_background(self, worker: Worker) -> None:
        task = asyncio.create_task(self._drain(worker))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _drain(self, worker: Worker) -> None:
        if not await worker.terminate():
            self.complaints.append(f"the worker on {worker.port} did not end within {ENDING_S:.0f} s of SIGTERM")
