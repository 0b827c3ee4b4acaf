"""`make clients`: builds the clients into `dist/`: a wheel for Python, a tarball of npm for TypeScript."""

from tools.programs import run_quietly
from tools.progress import run_command, step
from tools.python_finder import find_python
from tools.repository import ROOT, TYPESCRIPT_CLIENT
from tools.set_up import set_up_frontend
from tools.uv_finder import find_uv

DIST = ROOT / "dist"


def main() -> int:
    """Build them."""
    with step("Python client") as outcome:
        uv = find_uv(find_python().path)
        # uv has the build backend in itself: no package is downloaded.
        run_quietly([uv, "build", "--wheel", "--quiet", "--out-dir", DIST, ROOT / "clients" / "python"], ROOT)
        outcome.note = ", ".join(str(wheel.relative_to(ROOT)) for wheel in sorted(DIST.glob("*.whl")))
    set_up_frontend()
    with step("TypeScript client") as outcome:
        run_quietly(["npm", "run", "build"], TYPESCRIPT_CLIENT)
        run_quietly(["npm", "pack", "--pack-destination", DIST], TYPESCRIPT_CLIENT)
        outcome.note = ", ".join(str(tarball.relative_to(ROOT)) for tarball in sorted(DIST.glob("*.tgz")))
    return 0


if __name__ == "__main__":
    run_command(main)
