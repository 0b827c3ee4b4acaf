"""`make soak`: run the chat's state machine at length, each time with other stories (STORIES per store; 150)."""

import os

from tools.progress import run_command
from tools.repository import ROOT, VENV_PYTHON
from tools.set_up import set_up_backend
from tools.stage import Stage, run_stages

STORIES = "150"


def main() -> int:
    """Return 0 if all invariants held on both kinds of store."""
    set_up_backend(development=True)
    pytest = [str(VENV_PYTHON), "-m", "pytest", "backend/tests/chat/socket/test_stories.py", "--show-capture=no"]
    environment = {"SOAK_STORIES": os.environ.get("STORIES") or STORIES}
    return run_stages(
        [
            Stage("SQLite", [*pytest, "--services=none"], ROOT, environment),
            Stage("PostgreSQL", [*pytest, "--services=postgres"], ROOT, environment),
        ]
    )


if __name__ == "__main__":
    run_command(main)
