"""`make screens`: take the screenshots in docs/screens/ of the real product."""

from tools.e2e import run_project
from tools.e2e_environment import e2e_environment
from tools.programs import run_quietly
from tools.progress import Failure, run_command
from tools.repository import ROOT, VENV_PYTHON

SCREENS = ROOT / "docs" / "screens"
MAX_BYTES = 120_000


def main() -> int:
    """Return 0 if all screenshots were taken; raise Failure if one is too large for a slow connection."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    with e2e_environment(models="gpt-4o,gpt-4o-mini") as environment:
        # One after the other: each sets the answers of the model for all.
        code = run_project("screens", {**environment, "SCREENS_DIR": str(SCREENS)}, "--workers=1")
    run_quietly([VENV_PYTHON, "-m", "tools.small_screenshots", SCREENS], ROOT)
    large = [path.name for path in sorted(SCREENS.glob("*.png")) if path.stat().st_size > MAX_BYTES]
    if large:
        raise Failure(f"Larger than {MAX_BYTES // 1000} kB: {', '.join(large)}.")
    return code


if __name__ == "__main__":
    run_command(main)
