"""`make clients`: builds the client for Python as a wheel, into `dist/`."""

from tools.programs import run_quietly
from tools.progress import run_command, step
from tools.python_finder import find_python
from tools.repository import ROOT
from tools.uv_finder import find_uv

DIST = ROOT / "dist"


def main() -> int:
    """Build it."""
    with step("Python client") as outcome:
        uv = find_uv(find_python().path)
        # uv has the build backend in itself: no package is downloaded.
        run_quietly([uv, "build", "--wheel", "--quiet", "--out-dir", DIST, ROOT / "clients" / "python"], ROOT)
        outcome.note = ", ".join(str(wheel.relative_to(ROOT)) for wheel in sorted(DIST.glob("*.whl")))
    return 0


if __name__ == "__main__":
    run_command(main)
