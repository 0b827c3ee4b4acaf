"""The server under attack, with a fake model behind it, and the other clients."""

import asyncio
import json
import resource
import tempfile
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

from attacks.attack import Attack, Finding, at_most
from attacks.bystanders import BEGIN, SETUP_CODE
from testkit.api_user import LocalServer
from testkit.local_services import run_postgres, run_redis
from testkit.programs import Processes, Program, running, running_fake_model
from testkit.server_process import ServerProcess

PATIENCE_SECONDS = 60.0
MIN_SECONDS = 8.0
"""The least time for which the bystanders are watched, because an attack may end immediately."""

MEMORY_SAMPLE_SECONDS = 0.05
MIB = 1024 * 1024
MAX_PROBE_P95_MS = 100
MAX_STREAM_P95_MS = 150
"""Frames come every 50 ms."""


class Target(LocalServer):
    """The target of an attack: the server's `host` and `port`, and what is measured during the attack."""

    host = "127.0.0.1"

    def __init__(self, server: ServerProcess, bystanders: Program, attack: Attack) -> None:
        super().__init__(server.port)
        self._processes = Processes(server.pid)
        self._bystanders = bystanders
        self._attack = attack
        self._began = time.monotonic()
        self.restart_measuring()
        self._memory_sampling = asyncio.create_task(self._sample_memory())

    async def finish(self) -> list[Finding]:
        """End the bystanders, and return the findings that hold for every attack."""
        await asyncio.sleep(max(0.0, MIN_SECONDS - (time.monotonic() - self._began)))
        self.stop_sampling_memory()
        self._bystanders.write_line(b"")
        figures: dict[str, Any] = json.loads(await self._bystanders.read_line(PATIENCE_SECONDS))
        growth = self._peak - self._before
        probes, gaps, failures = figures["probes"], figures["gaps"], figures["failures"]
        return [
            at_most("probe of /api/health/live, p95", _p95(probes), MAX_PROBE_P95_MS, "ms"),
            at_most("requests of other users, p95", _p95(figures["requests"]), self._attack.max_requests_ms, "ms"),
            at_most("between two frames of a stream, p95", _p95(gaps), MAX_STREAM_P95_MS, "ms"),
            Finding("streams and probes that failed", "0", "; ".join(failures[:3]) or "0", holds=not failures),
            at_most("memory of the server, growth", growth / MIB, self._attack.max_memory_mib, "MiB"),
        ]

    def restart_measuring(self) -> None:
        """Measure from now on; an attack that prepares something calls it afterwards."""
        self._before = self._peak = self._processes.resident_bytes()
        self._bystanders.write_line(BEGIN.encode())

    def stop_sampling_memory(self) -> None:
        """End the samples: the growth of memory counts up to now."""
        self._memory_sampling.cancel()

    async def _sample_memory(self) -> None:
        while True:
            self._peak = max(self._peak, self._processes.resident_bytes())
            await asyncio.sleep(MEMORY_SAMPLE_SECONDS)


@asynccontextmanager
async def running_target(attack: Attack) -> AsyncGenerator[Target]:
    """Run everything for one attack; on exit, whatever the reason, it is ended."""
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="attacks-", ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        async with running_fake_model(folder) as model_url:
            settings = {
                "OPENAI_BASE_URL": f"{model_url}/v1",
                "OPENAI_API_KEY": "attacks-key",
                "AI_MODELS": "fake-model",
                "TITLES": "off",
                "SETUP_CODE": SETUP_CODE,
                **attack.settings,
                **(_start_services(stack) if attack.with_services else {}),
            }
            server = ServerProcess(folder, settings)
            try:
                await server.migrate()
                with _soft_limit(attack.open_files):
                    await server.start()
                command = ["-m", "attacks.bystanders", str(server.port)]
                async with running("bystanders", command, folder / "bystanders.log") as bystanders:
                    await bystanders.read_line(PATIENCE_SECONDS)
                    target = Target(server, bystanders, attack)
                    try:
                        yield target
                    finally:
                        target.stop_sampling_memory()
            finally:
                await server.kill()


def _start_services(stack: ExitStack) -> dict[str, str]:
    postgres, redis = stack.enter_context(run_postgres()), stack.enter_context(run_redis())
    return {"DATABASE_URL": postgres.url, "REDIS_URL": redis.url}


@contextmanager
def _soft_limit(open_files: int | None) -> Iterator[None]:
    """Start programs within the block with this soft limit of open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if open_files is not None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(open_files, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1] if len(values) > 1 else float("inf")
