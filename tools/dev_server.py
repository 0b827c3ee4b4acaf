"""The development server: runs in the background, restarts when the code changes, and writes a log."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import NoReturn, Optional, Tuple

from tools.env_file import read_setting
from tools.programs import END_SECONDS, Command
from tools.progress import Failure, run_command
from tools.repository import BACKEND, CACHE, ROOT, VENV_PYTHON
from tools.server import Server, answers, is_free, running
from tools.stamp import files_below

PID_FILE = CACHE / "dev-server.pid"
LOG = CACHE / "dev-server.log"
MIGRATED = CACHE / "dev-server.migrated"
ENDED = "The server has ended: it starts again when the code or the settings change."
READY = "The API is at http://localhost:{port}/api (`make logs` follows its log, `make down` ends it)."
START_SECONDS = 60
WATCH_SECONDS = 0.5


def up() -> int:
    """Start the server in the background and return once it answers."""
    host, port = _address()
    if _running_pid():
        print("The server is already running: `make logs` follows its log, `make down` ends it.")
        return 0
    if not is_free(host, port):
        raise Failure(f"Port {port} is taken: end what uses it, or choose another with PORT.")
    CACHE.mkdir(exist_ok=True)
    with LOG.open("w", encoding="utf-8") as log:
        watcher = subprocess.Popen(
            [sys.executable, "-m", "tools.dev_server"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while not answers(host, port, "/api/health/live"):
        said = LOG.read_text(encoding="utf-8")
        if watcher.poll() is not None or ENDED in said or time.monotonic() > deadline:
            down()
            raise Failure(f"{said.replace(ENDED, '').rstrip()}\nThe server did not start: see above.")
        time.sleep(WATCH_SECONDS / 10)
    print(READY.format(port=port))
    return 0


def down() -> int:
    """End the server that `up` started."""
    pid = _running_pid()
    if pid:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + END_SECONDS + 5
        while _running_pid() and time.monotonic() < deadline:
            time.sleep(WATCH_SECONDS / 10)
    return 0


def logs() -> int:
    """Show the log and follow it until Ctrl+C."""
    if not LOG.is_file():
        raise Failure("The log does not exist yet: `make up` starts the server.")
    with suppress(KeyboardInterrupt):
        subprocess.run(["tail", "-n", "200", "-F", str(LOG)], check=False)
    return 0


def note_migrations() -> None:
    """Make the server restart, because its tables have changed."""
    CACHE.mkdir(exist_ok=True)
    MIGRATED.touch()


def watch() -> NoReturn:
    """Run the server, and restart it whenever the code changes."""
    host, port = _address()
    command: Command = [VENV_PYTHON, "manage.py", "serve", "--host", host, "--port", str(port)]
    with PID_FILE.open("a+") as pid_file:
        # The lock is held as long as this process runs: the id alone may belong to another program by now.
        fcntl.flock(pid_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        pid_file.truncate(0)
        pid_file.write(str(os.getpid()))
        pid_file.flush()
        _serve_and_watch(command)


def _serve_and_watch(command: Command) -> NoReturn:
    while True:
        seen = _newest_change()
        with running(command, BACKEND) as server:
            _wait_for_change(server, seen)
        # A server that ended by itself is restarted after the next change.
        if _newest_change() == seen:
            print(ENDED, flush=True)
        while _newest_change() == seen:
            time.sleep(WATCH_SECONDS)
        print("The code has changed: restarting.", flush=True)


def _wait_for_change(server: Server, seen: Tuple[float, int]) -> None:
    while server.process.poll() is None and _newest_change() == seen:
        time.sleep(WATCH_SECONDS)


def _newest_change() -> Tuple[float, int]:
    """Return the time of the latest change of code and settings, and the number of files."""
    files = [*files_below(BACKEND / "apps", BACKEND / "config", BACKEND / "server"), BACKEND / ".env.local", MIGRATED]
    times = [path.stat().st_mtime for path in files if path.exists()]
    return (max(times), len(times))


def _running_pid() -> Optional[int]:
    if not PID_FILE.is_file():
        return None
    with PID_FILE.open() as pid_file:
        try:
            fcntl.flock(pid_file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(pid_file.read())
    return None


def _address() -> Tuple[str, int]:
    return (read_setting("HOST") or "127.0.0.1", int(read_setting("PORT") or "8000"))


if __name__ == "__main__":
    run_command(watch)
