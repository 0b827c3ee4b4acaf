"""`make bench-ui`: the speed of the pages, measured in a real browser against the real server."""

import sys

from tools.progress import run_command
from tools.rehearsal import end_of_log, rehearsal
from tools.repository import FRONTEND
from tools.stage import Stage, run_stages

PLAYWRIGHT = ["npx", "--no-install", "playwright", "test", "--project=bench", "--reporter=line"]


def main() -> int:
    """Return 0 if everything could be measured, whatever the figures are."""
    with rehearsal() as environment:
        code = run_stages([Stage("measured", PLAYWRIGHT, FRONTEND, environment)])
    if code:
        print(f"\n{end_of_log()}", file=sys.stderr)
    return code


if __name__ == "__main__":
    run_command(main)
