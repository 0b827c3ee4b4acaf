"""`make e2e` and `make bench-ui`: Playwright against the real server, with a fake model service."""

import sys

from tools.e2e_environment import e2e_environment, end_of_log
from tools.programs import run_with_output
from tools.progress import run_command
from tools.repository import FRONTEND, REPORTS

REPORTERS = {"tests": "list,junit", "bench": "line", "screens": "line"}
"""The projects of `frontend/playwright.config.ts`, each with the reporters that suit it."""


def run_project(project: str, additions: dict[str, str], *options: str) -> int:
    """Run a project of Playwright; return 0 if all of it passed."""
    playwright = ["npx", "--no-install", "playwright", "test", f"--project={project}"]
    reports = {"PLAYWRIGHT_JUNIT_OUTPUT_FILE": str(REPORTS / "e2e.xml")}
    command = [*playwright, f"--reporter={REPORTERS[project]}", *options]
    if run_with_output(command, FRONTEND, {**reports, **additions}):
        return 0
    print(f"\n{end_of_log()}", file=sys.stderr)
    return 1


def main() -> int:
    """Run the project that the first argument names, with the other arguments."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    project, *options = sys.argv[1:]
    with e2e_environment() as environment:
        return run_project(project, environment, *options)


if __name__ == "__main__":
    run_command(main)
