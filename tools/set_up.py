"""Install and build everything that must be there before something runs; unchanged steps are skipped."""

from typing import List

from tools.node_finder import find_node
from tools.programs import ProgramFailed, run_quietly
from tools.progress import run_command, step
from tools.python_finder import MINIMUM as MINIMUM_PYTHON
from tools.python_finder import find_python, inspect_python
from tools.repository import BACKEND, FRONTEND, TYPESCRIPT_CLIENT, VENV_PYTHON
from tools.stamp import Stamp, files_below, fingerprint
from tools.uv_finder import find_uv


def set_up_backend(*, development: bool) -> None:
    """Install the back end's packages, for `development` also those of tests and checks."""
    with step("Python") as outcome:
        present = inspect_python(VENV_PYTHON) if VENV_PYTHON.exists() else None
        keep = present is not None and present.version >= MINIMUM_PYTHON
        python = present if present and keep else find_python()
        outcome.note = f"{python.version[0]}.{python.version[1]}  {python.path}"
    with step("uv") as outcome:
        uv = find_uv(python.path)
        outcome.note = str(uv)
    with step("Python packages") as outcome:
        # --inexact keeps what the other commands have installed, so that run and test do not undo each other.
        sync: List[str] = [str(uv), "sync", "--frozen", "--inexact", "--quiet"]
        sync += [] if keep else ["--python", str(python.path)]
        sync += [] if development else ["--no-dev"]
        # What is not made for every system: the built-in model, and the photographs of phones.
        for extras in (["embedded", "heic"], ["heic"], []):
            try:
                run_quietly([*sync, *(word for extra in extras for word in ("--extra", extra))], BACKEND)
            except ProgramFailed:
                if not extras:
                    raise
            else:
                break
        if "embedded" not in extras:
            outcome.note = "done, without the built-in model: it is not made for this system"


def set_up_frontend() -> None:
    """Install the front end's packages."""
    with step("Node.js") as outcome:
        version = find_node()
        outcome.note = version.lstrip("v")
    with step("Node packages") as outcome:
        stamp = Stamp("node-packages")
        inputs = fingerprint(version.split(".")[0], FRONTEND / "package.json", FRONTEND / "package-lock.json")
        if stamp.matches(inputs) and (FRONTEND / "node_modules" / ".package-lock.json").is_file():
            outcome.note = "up to date"
            return
        stamp.drop()
        run_quietly(["npm", "ci", "--no-audit", "--no-fund", "--include=dev"], FRONTEND)
        stamp.keep(inputs)


def build_frontend() -> None:
    """Build the pages for the same origin as their API."""
    with step("Front end") as outcome:
        stamp = Stamp("front-end")
        sources = [path for path in files_below(FRONTEND, TYPESCRIPT_CLIENT) if "e2e" not in path.parts]
        index = FRONTEND / "dist" / "index.html"
        # The build is part of the fingerprint: another one may have replaced it since.
        if index.is_file() and stamp.matches(fingerprint(sources, index)):
            outcome.note = "up to date"
            return
        stamp.drop()
        run_quietly(["npm", "run", "build:same-origin"], FRONTEND)
        stamp.keep(fingerprint(sources, index))


def main() -> int:
    """Set up everything for development."""
    set_up_backend(development=True)
    set_up_frontend()
    return 0


if __name__ == "__main__":
    run_command(main)
