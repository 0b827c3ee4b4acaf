"""`make test`: set-up, then every test: back end on both kinds of store, front end, these tools."""

from typing import List

from tools.nginx import find_nginx
from tools.progress import run_command
from tools.repository import FRONTEND, REPORTS, ROOT, VENV_PYTHON
from tools.set_up import set_up_backend, set_up_frontend
from tools.stage import Stage, run_stages


def main() -> int:
    """Return 0 if all tests passed."""
    set_up_backend(development=True)
    set_up_frontend()
    nginx = find_nginx()
    REPORTS.mkdir(parents=True, exist_ok=True)
    return run_stages(_stages(nginx or ""), aloud=True, beside=[_back_end("SQLite", "none", "sqlite")])


def _stages(nginx: str) -> List[Stage]:
    pytest = [str(VENV_PYTHON), "-m", "pytest"]
    vitest = ["npm", "test", "--", "--run", "--reporter=default", "--reporter=junit"]
    return [
        Stage("tools", [*pytest, "tools/tests", _report("tools")], ROOT),
        Stage("test kit", [*pytest, "testkit/tests", _report("testkit")], ROOT),
        Stage("fault driver", [*pytest, "faults/tests", _report("faults")], ROOT),
        Stage("bench", [*pytest, "bench/tests", _report("bench")], ROOT),
        _back_end("PostgreSQL", "postgres", "postgres")._replace(additions={"NGINX_PATH": nginx}),
        Stage("front end", [*vitest, f"--outputFile.junit={REPORTS / 'front-end.xml'}"], FRONTEND),
    ]


def _back_end(name: str, services: str, report: str) -> Stage:
    pytest = [str(VENV_PYTHON), "-m", "pytest", "backend/tests", f"--services={services}", _report(report)]
    return Stage(f"back end, {name}", pytest, ROOT)


def _report(name: str) -> str:
    return f"--junit-xml={REPORTS / name}.xml"


if __name__ == "__main__":
    run_command(main)
