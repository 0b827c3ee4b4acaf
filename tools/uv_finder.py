"""Find uv, or install it with pip into the cache of this repository."""

import shutil
import sys
from pathlib import Path
from typing import List, Optional

from tools.programs import Command, ProgramFailed, answer_of, run_quietly
from tools.progress import Failure
from tools.repository import CACHE, ROOT

MINIMUM = (0, 5)  # The first version that reads this lock file and its dependency groups.
INSTALLED = "0.13.9"  # The version of the images, see backend/docker/Dockerfile.


def find_uv(python: Path) -> Path:
    """Return a uv that works, installed with `python` if there is none; raise Failure if that fails."""
    return _installed_uv() or _install_uv(python)


def _installed_uv() -> Optional[Path]:
    on_path = shutil.which("uv")
    for program in ([Path(on_path)] if on_path else []) + [_own_uv(), Path.home() / ".local" / "bin" / "uv"]:
        if _version(program) >= list(MINIMUM):
            return program
    return None


def _own_uv() -> Path:
    return CACHE / "uv" / "bin" / "uv"


def _version(program: Path) -> List[int]:
    words = answer_of([program, "--version"]).split()
    return [int(number) for number in words[1].split(".")[:2]] if len(words) > 1 else []


def _install_uv(python: Path) -> Path:
    shutil.rmtree(CACHE / "uv", ignore_errors=True)
    # Into a separate folder, which systems that protect their Python (PEP 668) allow, and which changes nothing else.
    target = ["install", "--quiet", "--disable-pip-version-check", "--target", str(CACHE / "uv"), f"uv=={INSTALLED}"]
    environment = CACHE / "uv-environment"
    ways: List[List[Command]] = [
        [[python, "-m", "pip", *target]],
        [[sys.executable, "-m", "pip", *target]],
        [[python, "-m", "venv", environment], [environment / "bin" / "python", "-m", "pip", *target]],
    ]
    said = ""
    for way in ways:
        try:
            for command in way:
                run_quietly(command, ROOT)
        except ProgramFailed as failure:
            said = str(failure)
        else:
            return _own_uv()
        finally:
            shutil.rmtree(environment, ignore_errors=True)
    raise Failure(
        f"{said}\nuv is missing and pip could not install it: install uv (docs.astral.sh/uv) and run this again."
    )
