"""The workers of the product: processes, each on its own port, which share the stores."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import aiohttp

from faults.proxy import Proxy
from testkit.api_user import LocalServer
from testkit.ports import free_port
from testkit.programs import STARTING_SECONDS, Program

ENDING_SECONDS = 40.0


class WorkerProcess(LocalServer):
    """One `manage.py serve` process."""

    def __init__(self, port: int, environment: dict[str, str], log: Path) -> None:
        super().__init__(port)
        self._environment = environment
        self._log = log
        self._program: Program | None = None

    async def start(self) -> None:
        """Start it and return when it answers; restart it if it exits because a store is down, as supervisors do."""
        async with asyncio.timeout(STARTING_SECONDS), aiohttp.ClientSession() as http:
            while True:
                if self._program is None or not self._program.running():
                    self._program = await self._run("serve", "--host", "127.0.0.1", "--port", str(self.port))
                with suppress(aiohttp.ClientError):
                    async with http.get(f"{self.url}/api/health/live") as response:
                        if response.ok:
                            return
                await asyncio.sleep(0.1)

    async def migrate(self) -> None:
        """Create the tables; raises `StartError` if that fails."""
        await (await self._run("migrate", "--no-input")).finish()

    async def kill(self) -> None:
        if self._program is not None:
            await self._program.kill()

    async def terminate(self) -> bool:
        """Ask it to end, and return whether it did so in time."""
        return self._program is None or await self._program.end(ENDING_SECONDS)

    async def _run(self, *command: str) -> Program:
        return await Program.start(f"worker {self.port}", ("manage.py", *command), self._log, env=self._environment)


class Fleet:
    """A number of workers behind a proxy: a worker that ends is replaced."""

    def __init__(self, count: int, environment: dict[str, str], folder: Path, proxy: Proxy) -> None:
        self.count = count
        self.killed_at: dict[int, float] = {}
        """The time at which the worker on a port was killed."""
        self.complaints: list[str] = []
        self._environment = environment
        self._folder = folder
        self._proxy = proxy
        self._workers: list[WorkerProcess] = []
        self._apart: list[WorkerProcess] = []
        self._leaving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Create the tables and start all workers."""
        first = self._new_worker()
        await first.migrate()
        for worker in (first, *(self._new_worker() for _ in range(self.count - 1))):
            await self._join(worker)

    async def start_apart(self) -> WorkerProcess:
        """Start one more worker, which is neither behind the proxy nor broken."""
        worker = self._new_worker()
        self._apart.append(worker)
        await worker.start()
        return worker

    async def stop(self) -> None:
        await asyncio.gather(*self._leaving)
        await asyncio.gather(*(worker.kill() for worker in (*self._workers, *self._apart)))

    def last_lines(self) -> str:
        """Return the last lines of each worker's log."""
        logs = sorted(self._folder.glob("worker-*.log"), key=os.path.getmtime)[-self.count :]
        return "\n".join(f"{log.name}: {line}" for log in logs for line in log.read_text().splitlines()[-5:])

    async def kill_one(self, index: int, away_seconds: float) -> None:
        """Kill a worker with -9, and start another one after `away_seconds`."""
        worker = self._leave(index)
        self.killed_at[worker.port] = asyncio.get_running_loop().time()
        await worker.kill()
        await asyncio.sleep(away_seconds)
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
        for _ in range(self.count):
            await self.replace_one(0)

    def _new_worker(self) -> WorkerProcess:
        port = free_port()
        return WorkerProcess(port, self._environment, self._folder / f"worker-{port}.log")

    async def _join(self, worker: WorkerProcess) -> None:
        await worker.start()
        self._workers.append(worker)
        self._proxy.ports.append(worker.port)

    def _leave(self, index: int) -> WorkerProcess:
        worker = self._workers.pop(index % len(self._workers))
        self._proxy.ports.remove(worker.port)
        return worker

    def _drain_in_background(self, worker: WorkerProcess) -> None:
        task = asyncio.create_task(self._drain(worker))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _drain(self, worker: WorkerProcess) -> None:
        if not await worker.terminate():
            self.complaints.append(f"the worker on {worker.port} did not end within {ENDING_SECONDS:.0f} s of SIGTERM")
