"""`make test`: set up, then run every test: back end on both kinds of store, pages, clients, test kit, drill, tools.

The stages run concurrently, two more than there are cores, because tests also wait. The output of a stage is printed
when it ends.
"""

from typing import List, Optional

from tools.nginx import find_nginx
from tools.progress import run_command
from tools.repository import FRONTEND, REPORTS, ROOT, VENV_PYTHON
from tools.set_up import set_up_backend, set_up_frontend
from tools.stage import CORES, Stage, run_stages_side_by_side

CHAT = "backend/tests/chat"
SOCKETS = f"{CHAT}/socket"
PROCESSES = ("backend/tests/config", "backend/tests/images", "backend/tests/maintenance")
"""Folders of tests that mostly build images and start servers."""


def main() -> int:
    """Return 0 if all tests passed."""
    set_up_backend(development=True)
    set_up_frontend()
    nginx = find_nginx()
    REPORTS.mkdir(parents=True, exist_ok=True)
    return run_stages_side_by_side(_stages(nginx or ""), at_once=CORES + 2, aloud=True)


def _stages(nginx: str) -> List[Stage]:
    """Return the stages, longest first, so that no long one runs alone at the end."""
    on_postgres, on_sqlite = "--services=postgres", "--services=none"
    elsewhere = [f"--ignore={name}" for name in (SOCKETS, *PROCESSES)]
    return [
        _pytest("PostgreSQL, sockets", "postgres-sockets", on_postgres, SOCKETS),
        _pytest("SQLite, chat", "sqlite-chat", on_sqlite, CHAT, f"--ignore={SOCKETS}"),
        _vitest(),
        _pytest("PostgreSQL, the rest", "postgres", on_postgres, "backend/tests", *elsewhere),
        _pytest("SQLite, sockets", "sqlite-sockets", on_sqlite, SOCKETS),
        _pytest("PostgreSQL, processes", "postgres-processes", on_postgres, *PROCESSES, nginx=nginx),
        _pytest("SQLite, the rest", "sqlite", on_sqlite, "backend/tests", f"--ignore={CHAT}"),
        _pytest("test kit, fault drill, bench, tools", "tools", "testkit", "faults", "attacks", "bench", "tools"),
        _pytest("clients", "clients", "--services=none", "clients"),
    ]


def _pytest(name: str, report: str, *arguments: str, nginx: Optional[str] = None) -> Stage:
    command = [str(VENV_PYTHON), "-m", "pytest", *arguments, f"--junit-xml={REPORTS / report}.xml"]
    return Stage(name, command, ROOT, None if nginx is None else {"NGINX_PATH": nginx})


def _vitest() -> Stage:
    report = ["--reporter=default", "--reporter=junit", f"--outputFile.junit={REPORTS / 'front-end.xml'}"]
    return Stage("front end", ["npm", "test", "--", "--run", *report], FRONTEND)


if __name__ == "__main__":
    run_command(main)
