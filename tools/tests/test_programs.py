"""Programs always end: in order, by force, and if the tool itself is killed."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from testkit.ports import free_port
from tools.programs import running, wait_for_line, wait_until_it_answers
from tools.progress import Failure
from tools.repository import ROOT

PATIENCE_SECONDS = 60.0

# A program with a child, which prints both process ids, waits forever, and ends in order at Ctrl+C.
FAMILY = """
import os, signal, subprocess
signal.signal(signal.SIGINT, signal.default_int_handler)
child = subprocess.Popen(["sleep", "600"], preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
print("READY", os.getpid(), child.pid, flush=True)
try:
    child.wait()
except KeyboardInterrupt:
    print("ENDED IN ORDER", flush=True)
"""
LAUNCHER = f"""
import sys
from pathlib import Path
from tools.programs import run_with_output
from tools.progress import run_command

run_command(lambda: run_with_output([sys.executable, "-c", {FAMILY!r}], Path.cwd()))
"""


@contextmanager
def launched() -> Iterator[tuple["subprocess.Popen[str]", int, int]]:
    """Start the launcher, and yield it with the ids of the program and its child."""
    with subprocess.Popen([sys.executable, "-c", LAUNCHER], cwd=ROOT, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout
        program, child = map(int, launcher.stdout.readline().split()[1:])
        yield launcher, program, child


def has_ended(pid: int) -> bool:
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], PATIENCE_SECONDS)[0])
    finally:
        os.close(handle)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_program_in_order_and_its_children(number: signal.Signals) -> None:
    with launched() as (launcher, program, child):
        launcher.send_signal(number)
        assert launcher.communicate(timeout=PATIENCE_SECONDS)[0] == "ENDED IN ORDER\n"
        assert launcher.returncode == 130
        assert has_ended(program)
        assert has_ended(child)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux notifies a child that its parent was killed")
def test_the_program_ends_when_its_launcher_is_killed() -> None:
    with launched() as (launcher, program, child):
        launcher.kill()
        assert has_ended(program)
        os.kill(child, signal.SIGKILL)


def test_a_server_that_ends_before_it_is_ready_is_reported(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('cannot')"]
    with (
        running(command, tmp_path, output=subprocess.PIPE) as server,
        pytest.raises(Failure, match="before it was ready"),
    ):
        wait_for_line(server, "READY ")
    with running(command, tmp_path) as server, pytest.raises(Failure, match="ended before it answered"):
        wait_until_it_answers(server, f"http://127.0.0.1:{free_port()}/", 20)
