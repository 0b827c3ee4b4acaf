"""Programs that faults, attacks and bench start on asyncio: their lines, end, CPU and memory (`/proc`: Linux only)."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Self

from tools.programs import end_with_parent
from tools.repository import BACKEND, ROOT

STARTING_SECONDS = 60.0
ENDING_SECONDS = 10.0
MAX_LINE_LENGTH = 64 * 1024 * 1024

_PROC = Path("/proc")
_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_QUIET_WINDOW_SECONDS = 0.25
_QUIET_CPU_SECONDS = 0.015


class StartError(Exception):
    """A program did not start; the message has the end of its log."""


class Processes:
    """A running process, with all that it has started."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    def cpu_seconds(self) -> float:
        """Return user and system time so far, of all of them, including ended ones."""
        return sum(sum(_ticks(pid)) * _TICK_SECONDS for pid in self._pids())

    def resident_bytes(self) -> int:
        """Return their resident memory; shared memory counts for each."""
        return sum(_resident_bytes(pid) for pid in self._pids())

    def own_resident_bytes(self) -> int:
        """Return the resident memory of the process itself."""
        return _resident_bytes(self.pid)

    def _pids(self) -> list[int]:
        pids = [self.pid]
        for pid in pids:
            for children in (_PROC / str(pid) / "task").glob("*/children"):
                with suppress(FileNotFoundError, ProcessLookupError):
                    pids.extend(int(child) for child in children.read_text().split())
        return pids


class Program(Processes):
    """A running program of this repository, which leads its own process group and appends standard error to a log."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        super().__init__(process.pid)
        self.name = name
        self._process = process
        self._log = log

    @classmethod
    async def start(cls, name: str, command: Sequence[str], log: Path, *, env: Mapping[str, str] | None = None) -> Self:
        """Run this Python with `command`; `write_line` and `read_line` talk to it.

        `manage.py` runs in `backend/`, without input, and all its output goes to its log.
        """
        is_product = command[0] == "manage.py"
        with log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *command,
                stdin=asyncio.subprocess.DEVNULL if is_product else asyncio.subprocess.PIPE,
                stdout=errors if is_product else asyncio.subprocess.PIPE,
                stderr=errors,
                env=env,
                cwd=BACKEND if is_product else ROOT,
                limit=MAX_LINE_LENGTH,
                start_new_session=True,  # Ctrl+C must reach this process only, which ends the others in order.
                preexec_fn=end_with_parent(),
            )
        return cls(name, process, log)

    def write_line(self, line: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + b"\n")

    async def read_line(self, within: float) -> bytes:
        """Return the next line of output; raises `StartError` with the end of the log if there is none in time."""
        assert self._process.stdout is not None
        line = b""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                line = await self._process.stdout.readline()
        if not line:
            raise StartError(f"{self.name} wrote nothing more.\n{self.last_lines()}")
        return line.strip()

    async def finish(self) -> None:
        """Wait for its end; raises `StartError` with the end of its log if it fails."""
        if await self._process.wait():
            raise StartError(f"{self.name} failed.\n{self.last_lines()}")

    def last_lines(self) -> str:
        """Return the last lines that it wrote to standard error."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-25:])

    def running(self) -> bool:
        return self._process.returncode is None

    async def end(self, within: float = ENDING_SECONDS) -> bool:
        """Ask it to end, then kill what is left of its group; return whether it ended within this many seconds."""
        if self.running():
            self._process.terminate()
            with suppress(TimeoutError):
                async with asyncio.timeout(within):
                    await self._process.wait()
        has_ended = not self.running()
        await self.kill()
        return has_ended

    async def kill(self) -> None:
        """Kill its whole group with SIGKILL."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        await self._process.wait()

    async def wait_until_idle(self, within: float = 15.0) -> None:
        """Wait until it is nearly idle, at most `within` seconds."""
        until = time.monotonic() + within
        used = self.cpu_seconds()
        while time.monotonic() < until:
            await asyncio.sleep(_QUIET_WINDOW_SECONDS)
            before, used = used, self.cpu_seconds()
            if used - before < _QUIET_CPU_SECONDS:
                return


@asynccontextmanager
async def running(
    name: str, command: Sequence[str], log: Path, *, env: Mapping[str, str] | None = None
) -> AsyncGenerator[Program]:
    """Run a program; on exit, whatever the reason, it and all that it has started are ended."""
    program = await Program.start(name, command, log, env=env)
    try:
        yield program
    finally:
        await asyncio.shield(program.end())


@asynccontextmanager
async def running_fake_model(folder: Path) -> AsyncGenerator[str]:
    """Run the fake model service, which shares no event loop with the clients; yield its URL, without a path."""
    command = ["-m", "testkit.fakes", "--port", "0"]
    async with running("fake model", command, folder / "model.log") as model:
        yield (await model.read_line(STARTING_SECONDS)).decode().split()[1]


def run_main(main: Coroutine[Any, Any, int]) -> int:
    """Run the work of a command line, which SIGTERM cancels; return its exit code.

    That is 130 after Ctrl+C or SIGTERM, and 1 with a sentence if a program does not start.
    """

    async def run() -> int:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await main

    try:
        return asyncio.run(run())
    except (KeyboardInterrupt, asyncio.CancelledError):
        sys.stderr.write("interrupted; every program that was started has ended too\n")
        return 130
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _resident_bytes(pid: int) -> int:
    try:
        return int((_PROC / str(pid) / "statm").read_text().split()[1]) * _PAGE
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _ticks(pid: int) -> list[int]:
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(field) for field in fields[11:15]]
