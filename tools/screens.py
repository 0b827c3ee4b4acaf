"""`make screens`: take the pictures in docs/screens/ of the real product."""

import sys

from tools.programs import run_quietly
from tools.progress import Failure, run_command
from tools.rehearsal import end_of_log, rehearsal
from tools.repository import FRONTEND, ROOT, VENV_PYTHON
from tools.stage import Stage, run_stages

SCREENS = ROOT / "docs" / "screens"
LARGEST = 120_000
# One after the other: each sets the answers of the model for all.
PLAYWRIGHT = ["npx", "--no-install", "playwright", "test", "--project=screens", "--workers=1"]


def main() -> int:
    """Return 0 if all pictures were taken; raise Failure if one is too large for a slow connection."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    with rehearsal(models="gpt-4o,gpt-4o-mini") as environment:
        additions = {**environment, "SCREENS_DIR": str(SCREENS)}
        code = run_stages([Stage("pictures", PLAYWRIGHT, FRONTEND, additions)])
    run_quietly([VENV_PYTHON, "-m", "tools.small_pictures", SCREENS], ROOT)
    if code:
        print(f"\n{end_of_log()}", file=sys.stderr)
    large = [path.name for path in sorted(SCREENS.glob("*.png")) if path.stat().st_size > LARGEST]
    if large:
        raise Failure(f"Larger than {LARGEST // 1000} kB: {', '.join(large)}.")
    return code


if __name__ == "__main__":
    run_command(main)
