"""`make e2e`: browser tests of the real server, with a fake model service."""

import sys

from tools.progress import run_command
from tools.rehearsal import end_of_log, rehearsal
from tools.repository import FRONTEND, REPORTS
from tools.stage import Stage, run_stages

PLAYWRIGHT = ["npx", "--no-install", "playwright", "test", "--project=tests", "--reporter=list,junit"]


def main() -> int:
    """Return 0 if all browser tests passed."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    with rehearsal() as environment:
        additions = {**environment, "PLAYWRIGHT_JUNIT_OUTPUT_FILE": str(REPORTS / "e2e.xml")}
        code = run_stages([Stage("browser", PLAYWRIGHT, FRONTEND, additions)])
    if code:
        print(f"\n{end_of_log()}", file=sys.stderr)
    return code


if __name__ == "__main__":
    run_command(main)
