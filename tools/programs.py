"""Running other programs: their environment, their output, their end."""

import os
import subprocess
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence, Union

from tools.progress import Failure

FIRST_LINES = 10
LAST_LINES = 40

Command = Sequence[Union[str, Path]]

# Of the caller's shell: they would send uv, npm and Django elsewhere than this repository.
FOREIGN_VARIABLES = ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "PYTHONHOME", "NODE_ENV", "DJANGO_SETTINGS_MODULE")


class ProgramFailed(Failure):
    """A program ended with an error; says which, and what it printed, shortened."""


def own_environment(additions: Optional[Mapping[str, str]] = None) -> Dict[str, str]:
    """Return the environment for the programs that are started here."""
    # VITE_*: the page that is built here is of the same origin as its API, whatever a developer has set for another.
    own = {name: value for name, value in os.environ.items() if not name.startswith("VITE_")}
    for name in FOREIGN_VARIABLES:
        own.pop(name, None)
    own.update(UV_PYTHON_DOWNLOADS="never")
    own.update(additions or {})
    return own


def run_quietly(command: Command, cwd: Path, additions: Optional[Mapping[str, str]] = None) -> str:
    """Run a program and return what it printed; raise ProgramFailed."""
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
        raise ProgramFailed(f"{_shortened(result.stdout)}\nThis failed: {' '.join(map(str, command))}")
    return result.stdout


def run_aloud(command: Command, cwd: Path, additions: Optional[Mapping[str, str]] = None) -> bool:
    """Run a program that prints for itself; tell whether it succeeded."""
    words: List[str] = [str(part) for part in command]
    return subprocess.run(words, check=False, cwd=cwd, env=own_environment(additions)).returncode == 0


def answer_of(command: Command) -> str:
    """Return what a program prints, or nothing when it is missing, broken or fails."""
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


def _shortened(output: str) -> str:
    lines = output.rstrip().splitlines()
    if len(lines) > FIRST_LINES + LAST_LINES:
        lines[FIRST_LINES:-LAST_LINES] = ["…"]
    return "\n".join(lines)
