"""Find a Python of 3.12 or newer."""

import os
from pathlib import Path
from typing import Iterator, NamedTuple, Optional, Tuple

from tools.programs import answer_of
from tools.progress import Failure

MINIMUM = (3, 12)
# The version of the tests comes first: every package has wheels for it.
NAMES = ("python3.12", "python3.13", "python3.14", "python3", "python")
ASK = "import sys; print(sys.version_info[0], sys.version_info[1], sys.executable)"


class Python(NamedTuple):
    """A Python interpreter that works."""

    version: Tuple[int, int]
    path: Path


def find_python() -> Python:
    """Return a Python of 3.12 or newer from the PATH, pyenv or uv; raise Failure if there is none."""
    for candidate in _candidates():
        python = inspect_python(candidate)
        if python and python.version >= MINIMUM:
            return python
    raise Failure(
        "No Python 3.12 or newer was found: install one (python.org, your system's packages, "
        "`pyenv install 3.12` or `uv python install 3.12`) and run this again."
    )


def inspect_python(program: Path) -> Optional[Python]:
    """Return the Python at a path; None if it does not run or is not a Python (such as a shim of pyenv without one)."""
    answer = answer_of([program, "-c", ASK])
    if not answer:
        return None
    major, minor, path = answer.split(maxsplit=2)
    return Python((int(major), int(minor)), Path(path))


def _candidates() -> Iterator[Path]:
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    for name in NAMES:
        for folder in folders:
            if os.access(folder / name, os.X_OK):
                yield folder / name
    for root in filter(None, (os.environ.get("PYENV_ROOT"), answer_of(["pyenv", "root"]), str(Path.home() / ".pyenv"))):
        yield from sorted(Path(root).glob("versions/3.*/bin/python"), key=_pyenv_order)
    managed = answer_of(["uv", "python", "find", ">=3.12"])
    if managed:
        yield Path(managed)


def _pyenv_order(program: Path) -> Tuple[int, str]:
    version = program.parent.parent.name
    name = "python" + ".".join(version.split(".")[:2])
    return (NAMES.index(name) if name in NAMES else len(NAMES), version)
