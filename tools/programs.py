"""Programs that the tools start: their output and their end. testkit/programs.py does the same on asyncio."""

import ctypes
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.request import urlopen

from tools.progress import Failure
from tools.repository import ROOT

FIRST_LINES = 10
LAST_LINES = 40
END_SECONDS = 30
POLL_SECONDS = 0.05

type Command = Sequence[str | Path]
type Variables = Mapping[str, str] | None


class ProgramFailed(Failure):
    """A program ended with an error; the message names it and has its shortened output."""


def run_quietly(command: Command, cwd: Path, additions: Variables = None) -> str:
    """Run a program and return its output; raise ProgramFailed if it fails."""
    result = subprocess.run(
        command,
        check=False,
        cwd=cwd,
        env={**os.environ, **(additions or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if result.returncode:
        raise ProgramFailed(f"{shortened(result.stdout)}\nThis failed: {' '.join(map(str, command))}")
    return result.stdout


def read_output(command: Command) -> str:
    """Return the output of a program, which is empty if it is missing, broken or fails."""
    try:
        result = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    except OSError:
        return ""
    return result.stdout.strip() if result.returncode == 0 else ""


def make(*targets: str) -> None:
    """Make targets of the Makefile, for commands that start without it; raises Failure if one fails."""
    if subprocess.run(["make", "--no-print-directory", *targets], check=False, cwd=ROOT).returncode:
        raise Failure(f"This failed, see above: make {' '.join(targets)}")


def run_with_output(command: Command, cwd: Path, additions: Variables = None) -> bool:
    """Run a program with its output on the terminal; return whether it succeeded."""
    with running(command, cwd, additions) as process:
        return process.wait() == 0


@contextmanager
def running(
    command: Command, cwd: Path, additions: Variables = None, output: int | IO[str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run a program during the block, with its output in `output` or on the terminal; then end all that it started."""
    variables = {**os.environ, **(additions or {})}
    errors = None if output is None else subprocess.STDOUT
    process = start_program(command, cwd, env=variables, stdout=output, stderr=errors)
    try:
        yield process
    finally:
        try:
            if process.poll() is None:
                # As Ctrl+C, so that test runners end the servers that they have started.
                os.killpg(process.pid, signal.SIGINT)
                # A second Ctrl+C means: do not wait.
                with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                    process.wait(END_SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def start_program(
    command: Command,
    cwd: Path,
    end_with: signal.Signals = signal.SIGTERM,
    **options: Any,  # noqa: ANN401
) -> subprocess.Popen[str]:
    """Start a program without input, which gets the signal `end_with` when this process ends; `options` of `Popen`.

    Signals of the terminal reach this process only, which passes each on once or still needs the program.
    """
    return subprocess.Popen(
        command,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        preexec_fn=end_with_parent(end_with),  # noqa: PLW1509  one system call
        **options,
    )


def end_with_parent(how: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """Make Linux end a program even if this process is killed with -9; for `preexec_fn`."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    set_parent_death_signal = 1
    return lambda: prctl(set_parent_death_signal, how)


def wait_for_line(process: subprocess.Popen[str], start: str) -> str:
    """Return the rest of the first line of output that starts with `start`; raise Failure if there is none."""
    output: IO[str] = process.stdout or io.StringIO()
    for line in output:
        if line.startswith(start):
            # Its further output must be read, or it would block.
            threading.Thread(target=deque, args=(output, 0), daemon=True).start()
            return line[len(start) :].strip()
        sys.stdout.write(line)
    output.close()
    raise Failure(f"This ended before it was ready, see above: {process.args!r}")


def wait_until_it_answers(process: subprocess.Popen[str], url: str, seconds: float) -> None:
    """Wait for an HTTP answer; raise Failure if the program ends first or takes too long."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            urlopen(url, timeout=5).close()  # noqa: S310  the caller's own server
        except HTTPError:
            return
        except OSError:
            if process.poll() is not None:
                raise Failure(f"The server ended before it answered (exit code {process.returncode}).") from None
            if time.monotonic() > deadline:
                raise Failure(f"The server did not answer within {seconds:.0f} s.") from None
            time.sleep(POLL_SECONDS)
        else:
            return


def shortened(output: str, first: int = FIRST_LINES, last: int = LAST_LINES) -> str:
    """Return the first and last lines of a long output."""
    lines = output.rstrip().splitlines()
    if len(lines) > first + last:
        lines[first:-last] = ["[…]"]
    return "\n".join(lines)
