"""The real server as a process with its own folder and database, which can be killed."""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from testkit.api_user import LocalServer
from testkit.ports import free_port
from tools.repository import BACKEND, ROOT

PATIENCE_SECONDS = 60.0


@dataclass
class ServerProcess(LocalServer):
    """A server process that can be killed, and started again on the same port and folder."""

    folder: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    log: list[str] = field(default_factory=list)
    """The lines of its standard error."""

    _process: asyncio.subprocess.Process | None = None
    _reading: asyncio.Task[None] | None = None
    _said_more: asyncio.Condition = field(default_factory=asyncio.Condition)
    _has_ended: bool = False

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def migrate(self) -> None:
        process = await self._run("migrate", "--verbosity", "0")
        _, errors = await process.communicate()
        assert process.returncode == 0, errors.decode()

    async def start(self, until: str = "Uvicorn running on") -> None:
        """Start it, and return when a line of its log contains `until`."""
        before, self._has_ended = len(self.log), False
        self._process = await self._run("serve", "--host", "127.0.0.1", "--port", str(self.port))
        self._reading = asyncio.create_task(self._read(self._process))
        await self.until_written(until, since=before)

    async def until_written(self, text: str, *, since: int = 0) -> str:
        """Wait for a line that contains `text`, after the first `since` lines, and return it."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._said_more:
            while True:
                if found := [line for line in self.log[since:] if text in line]:
                    return found[0]
                assert not self._has_ended, "\n".join(self.log)
                await self._said_more.wait()

    async def kill(self) -> None:
        """End it with SIGKILL, and return when all processes that it has started have ended."""
        if self._process is not None and self._reading is not None:
            if self._process.returncode is None:
                self._process.kill()
            await self._process.wait()
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._reading

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send it a signal, by default SIGTERM."""
        assert self._process is not None
        self._process.send_signal(number)

    async def wait(self) -> int:
        """Wait for its end, and return its exit code."""
        assert self._process is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._process.wait()

    async def _run(self, *arguments: str) -> asyncio.subprocess.Process:
        variables = {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "testkit.development_settings",
            "PYTHONPATH": str(ROOT),
            "DATA_DIR": str(self.folder),
            # Empty, not absent: `.env.local` does not override a variable that is set.
            **dict.fromkeys(("DATABASE_URL", "REDIS_URL", "WEB_CONCURRENCY", "REGISTRATION", "LOG_LEVEL"), ""),
            **dict.fromkeys(("EMBEDDED_MODEL", "LOCAL_DISCOVERY", "DEBUG"), "off"),
            **self.settings,
        }
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "manage.py", *arguments), cwd=BACKEND, env=variables, stderr=asyncio.subprocess.PIPE
        )

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            async with self._said_more:
                self.log.append(line.decode().rstrip())
                self._said_more.notify_all()
        async with self._said_more:
            self._has_ended = True
            self._said_more.notify_all()
