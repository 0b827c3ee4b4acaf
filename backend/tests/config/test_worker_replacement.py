"""The supervisor's care for workers that hang in their start, with workers of the test in place of servers."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.repository import BACKEND

pytestmark = [pytest.mark.storeless, pytest.mark.timeout(300)]

SUPERVISOR = """
import socket, sys
from server import supervisor
supervisor.START_SECONDS = float(sys.argv[1])
supervisor.SHORT_LIFE_SECONDS = 0
listener = socket.create_server(("127.0.0.1", 0))
sys.exit(supervisor.Supervisor(listener=listener, count=2, arguments=["-c", sys.argv[2]]).run())
"""

WORKER = """
import os, signal, socket, sys
hangs = os.path.exists("hang")
supervisor = socket.socket(fileno=int(sys.argv[sys.argv.index("--supervisor-fd") + 1]))
if not hangs:
    supervisor.send(b"1")
print(f"worker {os.getpid()} {hangs}\\n", end="", flush=True)  # In one write: two workers share the pipe.
while supervisor.recv(1):
    pass
"""

type NextWorker = Callable[[], tuple[int, bool]]
type Supervise = Callable[[float], NextWorker]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Supervise]:
    """Return a function that starts a supervisor of two workers, which may take this long to start.

    It returns another function, which waits for the next worker, and returns its process id and whether it hangs.
    """
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test", "PYTHONPATH": str(BACKEND)}
    running: list[subprocess.Popen[str]] = []

    def start(start_seconds: float) -> NextWorker:
        command = [sys.executable, "-c", SUPERVISOR, str(start_seconds), WORKER]
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        reports = (line.split() for line in process.stdout if line.startswith("worker "))

        def find_next() -> tuple[int, bool]:
            _, pid, hangs = next(reports)
            return int(pid), hangs == "True"

        return find_next

    yield start
    for process in running:
        process.terminate()
        process.communicate()


def test_a_replacement_that_hangs_is_replaced(supervise: Supervise, tmp_path: Path) -> None:
    next_worker = supervise(15.0)
    first, _ = next_worker()
    next_worker()
    (tmp_path / "hang").touch()
    os.kill(first, signal.SIGKILL)
    assert next_worker()[1]
    (tmp_path / "hang").unlink()
    assert not next_worker()[1]


def test_a_replacement_that_hangs_delays_no_other(supervise: Supervise, tmp_path: Path) -> None:
    next_worker = supervise(1e6)
    first, _ = next_worker()
    second, _ = next_worker()
    (tmp_path / "hang").touch()
    os.kill(first, signal.SIGKILL)
    assert next_worker()[1]
    (tmp_path / "hang").unlink()
    os.kill(second, signal.SIGKILL)
    assert not next_worker()[1]
