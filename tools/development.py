"""The commands of `backend/Makefile`: with Docker if an engine answers, else natively; each says which.

`WITH=docker` or `WITH=native` decides instead.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, List, NoReturn

from tools import dev_server
from tools.database import migrate
from tools.programs import answer_of
from tools.progress import Failure, run_command
from tools.repository import BACKEND, ROOT, VENV_PYTHON
from tools.server import answers
from tools.set_up import set_up_backend

COMPOSE = ["docker", "compose", "-f", "docker/docker-compose.dev.yml"]
START_SECONDS = 120
POLL_SECONDS = 0.5

# The programs of each command, from the back end's packages; arguments of the command line go to the last one.
PROGRAMS: Dict[str, List[List[str]]] = {
    "migrate": [["python", "manage.py", "migrate"]],
    "makemigrations": [["python", "manage.py", "makemigrations"]],
    "shell": [["python", "manage.py", "shell"]],
    "test": [["python", "-m", "pytest"]],
    "lint": [["ruff", "check", "."], ["lint-imports"]],
    "format": [["ruff", "format", "."], ["ruff", "check", "--fix-only", "."]],
    "type-check": [["mypy"]],
}
WITH_STORES = ("migrate", "makemigrations", "shell")
FROM_ROOT = ("test", "type-check")
"""Programs that run at the root of the repository, whose pyproject.toml configures them."""


def main() -> int:
    """Run the command that the first argument names, with the other arguments; return the exit code."""
    command, *arguments = sys.argv[1:]
    if command == "test" and all(argument.startswith("-") for argument in arguments):
        arguments.insert(0, "backend/tests")
    wish = os.environ.get("WITH", "")
    if _has_docker(wish):
        print("With Docker (docker/docker-compose.dev.yml):", flush=True)
        return _with_docker(command, arguments)
    print("Natively:" if wish else "Natively, because no container engine answers:", flush=True)
    return _natively(command, arguments)


def _has_docker(wish: str) -> bool:
    if wish not in {"", "docker", "native"}:
        raise Failure(f"WITH is {wish!r}: write docker or native.")
    # The program alone is not enough: the daemon must answer, and Compose must be installed.
    return wish == "docker" or (
        wish == "" and bool(answer_of(["docker", "compose", "version"])) and bool(answer_of(["docker", "info"]))
    )


def _with_docker(command: str, arguments: List[str]) -> int:
    os.environ["DEVELOPER"] = f"{os.getuid()}:{os.getgid()}"
    if command == "up":
        return _up_with_docker()
    if command == "down":
        return _become([*COMPOSE, "down"])
    if command == "logs":
        return _become([*COMPOSE, "logs", "--follow", "--tail", "200", "api"])
    options = [] if command in WITH_STORES else ["--no-deps"]
    options += ["--workdir", "/app"] if command in FROM_ROOT else []
    run = [*COMPOSE, "run", "--rm", *options, "api"]
    return _run_programs([[*run, *program] for program in PROGRAMS[command]], arguments, BACKEND)


def _up_with_docker() -> int:
    code = subprocess.run([*COMPOSE, "up", "--build", "--detach", "api"], cwd=BACKEND, check=False).returncode
    if code:
        return code
    deadline = time.monotonic() + START_SECONDS
    while not answers("127.0.0.1", 8000, "/api/health/live"):
        if time.monotonic() > deadline:
            raise Failure("The server does not answer: `make logs` shows what it does.")
        time.sleep(POLL_SECONDS)
    print(dev_server.READY.format(port=8000))
    return 0


def _natively(command: str, arguments: List[str]) -> int:
    if command == "down":
        return dev_server.down()
    if command == "logs":
        return dev_server.logs()
    set_up_backend(development=True)
    if command == "up":
        migrate()
        return dev_server.up()
    programs = [[str(VENV_PYTHON.parent / program[0]), *program[1:]] for program in PROGRAMS[command]]
    if command == "migrate":
        code = subprocess.run([*programs[0], *arguments], cwd=BACKEND, check=False).returncode
        dev_server.note_migrations()
        return code
    return _run_programs(programs, arguments, ROOT if command in FROM_ROOT else BACKEND)


def _run_programs(programs: List[List[str]], arguments: List[str], folder: Path) -> int:
    """Run the programs in `folder` until one fails; this process becomes the last one, which owns the terminal."""
    *first, last = programs
    for program in first:
        code = subprocess.run(program, cwd=folder, check=False).returncode
        if code:
            return code
    return _become([*last, *arguments], folder)


def _become(program: List[str], folder: Path = BACKEND) -> NoReturn:
    sys.stdout.flush()
    os.chdir(folder)
    os.execvp(program[0], program)  # noqa: S606  no shell is involved


if __name__ == "__main__":
    run_command(main)
