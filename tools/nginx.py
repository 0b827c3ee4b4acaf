"""`python -m tools.nginx`: the path of nginx for the tests of the images; on Debian, it is fetched, not installed."""

import os
import shutil
import sys
from pathlib import Path

from tools.programs import ProgramFailed, read_output, run_quietly
from tools.repository import CACHE

FOLDER = CACHE / "nginx"
UNPACKED = FOLDER / "usr" / "sbin" / "nginx"


def find_nginx() -> str | None:
    """Return the path of nginx; None if it is missing and cannot be fetched, in which case its tests are skipped."""
    path = os.environ.get("NGINX_PATH") or shutil.which("nginx", path=_search_path()) or _unpacked()
    if path is None:
        print("nginx is missing: its tests are skipped (on Debian: `apt-get install nginx`)", file=sys.stderr)
    return path


def _search_path() -> str:
    # Debian installs it there, which is not on every user's PATH.
    return os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])


def _unpacked() -> str | None:
    if not _runs(UNPACKED) and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        _fetch()
    return str(UNPACKED) if _runs(UNPACKED) else None


def _fetch() -> None:
    # Not installed: the package would start a server on port 80.
    FOLDER.mkdir(parents=True, exist_ok=True)
    unattended = {"DEBIAN_FRONTEND": "noninteractive"}
    for refresh in (False, True):
        try:
            if refresh:
                run_quietly(["apt-get", "update", "-qq"], FOLDER, unattended)
            run_quietly(["apt-get", "download", "-qq", "nginx"], FOLDER, unattended)
            package = max(FOLDER.glob("nginx_*.deb"))
            run_quietly(["dpkg-deb", "-x", package, FOLDER], FOLDER)
        except (ProgramFailed, ValueError):
            continue
        return


def _runs(program: Path) -> bool:
    # It prints its version to standard error.
    return program.exists() and bool(read_output(["sh", "-c", f"'{program}' -v 2>&1"]))


if __name__ == "__main__":
    print(find_nginx() or "")
