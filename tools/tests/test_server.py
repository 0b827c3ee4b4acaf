"""Servers are always ended: in order, by force, and if the tool itself is killed."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tools.progress import Failure
from tools.server import free_port, running, wait_for_line

ROOT = Path(__file__).resolve().parent.parent.parent
# A server with a child, which prints both process ids and waits forever.
FAMILY = """
import os, subprocess
child = subprocess.Popen(["sleep", "600"])
print("READY", os.getpid(), child.pid, flush=True)
child.wait()
"""
LAUNCHER = f"""
import sys, time
from subprocess import PIPE
from pathlib import Path
from tools.progress import run_command
from tools.server import running, wait_for_line

def main():
    with running([sys.executable, "-c", {FAMILY!r}], Path.cwd(), output=PIPE) as server:
        print("READY", wait_for_line(server, "READY "), flush=True)
        return server.wait_while_parent_lives()

run_command(main)
"""


def _has_ended(pid: int) -> bool:
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 20)[0])
    finally:
        os.close(handle)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_server_and_its_children(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", LAUNCHER], cwd=ROOT, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout
        server, child = map(int, launcher.stdout.readline().split()[1:])
        launcher.send_signal(number)
        assert launcher.wait(20) == 130
        assert _has_ended(server)
        assert _has_ended(child)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_the_server_ends_when_its_launcher_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", LAUNCHER], cwd=ROOT, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout
        server, child = map(int, launcher.stdout.readline().split()[1:])
        launcher.kill()
        assert _has_ended(server)
        os.kill(child, signal.SIGKILL)


def test_a_server_that_ends_before_it_is_ready_is_reported(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('cannot')"]
    with running(command, tmp_path, output=subprocess.PIPE) as server, pytest.raises(
        Failure, match="before it was ready"
    ):
        wait_for_line(server, "READY ")
    with running(command, tmp_path) as server, pytest.raises(Failure, match="ended before it answered"):
        server.wait_until_it_answers("127.0.0.1", free_port(), "/", 20)
