"""The programs that a measurement starts, and what the machine says of them (`/proc`: Linux only)."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self

import msgspec

ROOT = Path(__file__).resolve().parent.parent
ENDING_S = 10.0

_PROC = Path("/proc")
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_QUIET_WINDOW_S = 0.25
_QUIET_CPU_S = 0.015


class StartError(Exception):
    """A program did not come up; the message says what it said."""


class Program:
    """A running program with all the processes that it has made."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        """Take over `process`, the leader of a group of its own, whose standard error goes to `log`."""
        self.name = name
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self._process.pid

    async def write_line(self, line: bytes) -> None:
        """Give the program a line of input."""
        assert self._process.stdin is not None  # noqa: S101  (for mypy: all are started with pipes)
        self._process.stdin.write(line + b"\n")
        await self._process.stdin.drain()

    async def read_line(self, within: float) -> bytes:
        """The next line of output; raises `StartError` with the program's last words when there is none in time."""
        assert self._process.stdout is not None  # noqa: S101
        line = b""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                line = await self._process.stdout.readline()
        if not line:
            raise StartError(f"{self.name} says nothing more.\n{self.last_words()}")
        return line.strip()

    async def finish(self) -> None:
        """Wait for its end; raises `StartError` with its last words when that is not a good one."""
        if await self._process.wait():
            raise StartError(f"{self.name} failed.\n{self.last_words()}")

    def last_words(self) -> str:
        """The end of what it wrote to standard error."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-25:])

    def running(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.returncode is None

    async def end(self) -> None:
        """Ask it to end, and after ten seconds make the whole group end."""
        if self.running():
            self._process.terminate()
            with suppress(TimeoutError):
                async with asyncio.timeout(ENDING_S):
                    await self._process.wait()
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        await self._process.wait()

    def cpu_seconds(self) -> float:
        """User and system time so far, of the program, its children, and the children that have ended."""
        return sum(sum(_ticks(pid)) * _TICK_S for pid in self._pids())

    def resident_bytes(self) -> int:
        """Resident memory of the program and its children; what they share counts for each."""
        pages = 0
        for pid in self._pids():
            with suppress(FileNotFoundError, ProcessLookupError):
                pages += int((_PROC / str(pid) / "statm").read_text().split()[1])
        return pages * _PAGE

    async def settle(self, within: float = 15.0) -> None:
        """Wait until it has next to nothing to do, or until `within` seconds are over."""
        until = time.monotonic() + within
        used = self.cpu_seconds()
        while time.monotonic() < until:
            await asyncio.sleep(_QUIET_WINDOW_S)
            before, used = used, self.cpu_seconds()
            if used - before < _QUIET_CPU_S:
                return

    def _pids(self) -> list[int]:
        pids = [self.pid]
        for pid in pids:
            for children in (_PROC / str(pid) / "task").glob("*/children"):
                with suppress(FileNotFoundError, ProcessLookupError):
                    pids.extend(int(child) for child in children.read_text().split())
        return pids


@asynccontextmanager
async def running(
    name: str, command: Sequence[str], log: Path, *, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> AsyncGenerator[Program]:
    """Run this Python with `command`; the program and all it has started are ended on leaving, however that happens.

    One of our own (no `env`) is talked to line by line; the output of another goes to its log.
    """
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            stdin=asyncio.subprocess.PIPE if env is None else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE if env is None else errors,
            stderr=errors,
            env=env,
            cwd=cwd,
            start_new_session=True,  # Ctrl+C is for us; we end the others in order
        )
    program = Program(name, process, log)
    try:
        yield program
    finally:
        await asyncio.shield(program.end())


class CpuReading(msgspec.Struct, frozen=True):
    """Seconds of CPU so far, of the whole machine (busy, idle) and of each program; `seconds`: when it was read."""

    seconds: float
    busy: float
    idle: float
    programs: tuple[float, ...]

    @classmethod
    def now(cls, programs: Sequence[Program]) -> Self:
        """Read the counters."""
        fields = [int(field) for field in (_PROC / "stat").read_text().split("\n", 1)[0].split()[1:9]]
        idle = fields[3] + fields[4]
        return cls(
            seconds=time.monotonic(),
            busy=(sum(fields) - idle) * _TICK_S,
            idle=idle * _TICK_S,
            programs=tuple(program.cpu_seconds() for program in programs),
        )


def _ticks(pid: int) -> list[int]:
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(field) for field in fields[11:15]]
