"""Run other programs: their environment, output and end."""

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Callable, Dict, Iterator, Mapping, Optional, Sequence, Union

from tools.progress import Failure

FIRST_LINES = 10
LAST_LINES = 40
END_SECONDS = 30

Command = Sequence[Union[str, Path]]

# Variables of the caller's shell that would make uv, npm or Django use something outside this repository.
FOREIGN_VARIABLES = ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "PYTHONHOME", "NODE_ENV", "DJANGO_SETTINGS_MODULE")


class ProgramFailed(Failure):
    """A program ended with an error; the message names it and has its shortened output."""


def own_environment(additions: Optional[Mapping[str, str]] = None) -> Dict[str, str]:
    """Return the environment of the programs that the tools start."""
    # VITE_*: pages built here use the API of their own origin, whatever a developer has set for another server.
    own = {name: value for name, value in os.environ.items() if not name.startswith("VITE_")}
    for name in FOREIGN_VARIABLES:
        own.pop(name, None)
    own.update(UV_PYTHON_DOWNLOADS="never")
    own.update(additions or {})
    return own


def run_quietly(command: Command, cwd: Path, additions: Optional[Mapping[str, str]] = None) -> str:
    """Run a program and return its output; raise ProgramFailed if it fails."""
    result = subprocess.run(
        [str(part) for part in command],
        check=False,
        cwd=cwd,
        env=own_environment(additions),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if result.returncode:
        raise ProgramFailed(f"{shortened(result.stdout)}\nThis failed: {' '.join(map(str, command))}")
    return result.stdout


def run_aloud(command: Command, cwd: Path, additions: Optional[Mapping[str, str]] = None) -> bool:
    """Run a program with its output on the terminal; return whether it succeeded."""
    with running_aloud(command, cwd, additions) as process:
        return process.wait() == 0


@contextmanager
def running_aloud(
    command: Command, cwd: Path, additions: Optional[Mapping[str, str]] = None, output: Optional[IO[str]] = None
) -> Iterator["subprocess.Popen[Any]"]:
    """Run a program during the block, with its output on the terminal or in `output`; then kill what is left of it."""
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=cwd,
        env=own_environment(additions),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output else None,
        start_new_session=True,  # Signals of the terminal reach this process only, which passes each on once.
        preexec_fn=end_with_parent(),  # noqa: PLW1509  one system call
    )
    try:
        yield process
    except KeyboardInterrupt:
        # As Ctrl+C, so that test runners end the servers that they have started.
        os.killpg(process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
        raise
    finally:
        kill_group(process)


def kill_group(process: "subprocess.Popen[Any]") -> None:
    """Kill what is left of the process group that a program leads."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def end_with_parent(how: signal.Signals = signal.SIGTERM) -> Optional[Callable[[], None]]:
    """Make Linux end a program even if this process is killed with -9; for `preexec_fn`."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    set_parent_death_signal = 1
    return lambda: prctl(set_parent_death_signal, how)


def answer_of(command: Command) -> str:
    """Return the output of a program, which is empty if it is missing, broken or fails."""
    try:
        result = subprocess.run(
            [str(part) for part in command],
            check=False,
            env=own_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    except OSError:
        return ""
    return result.stdout.strip() if result.returncode == 0 else ""


def shortened(output: str) -> str:
    """Return the first and last lines of a long output."""
    lines = output.rstrip().splitlines()
    if len(lines) > FIRST_LINES + LAST_LINES:
        lines[FIRST_LINES:-LAST_LINES] = ["…"]
    return "\n".join(lines)
