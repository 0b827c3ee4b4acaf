"""Find Node.js and npm."""

import json
import re
import shutil
from functools import lru_cache
from typing import Tuple

from tools.programs import answer_of
from tools.progress import Failure
from tools.repository import FRONTEND


@lru_cache(maxsize=None)
def find_node() -> str:
    """Return the version of Node.js; raise Failure if it or npm is missing or too old."""
    minimum = _minimum()
    wanted = ".".join(map(str, minimum))
    advice = f"install Node.js {wanted} or newer (nodejs.org, or your system's packages) and run this again."
    version = answer_of(["node", "--version"])
    if not version:
        raise Failure(f"Node.js is missing: {advice}")
    if _numbers(version) < minimum:
        raise Failure(f"Node.js {version.lstrip('v')} is too old: {advice}")
    if not shutil.which("npm"):
        raise Failure(f"npm is missing beside Node.js {version.lstrip('v')}: {advice}")
    return version


def _minimum() -> Tuple[int, int]:
    package = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    return _numbers(package["engines"]["node"])


def _numbers(version: str) -> Tuple[int, int]:
    found = re.search(r"(\d+)(?:\.(\d+))?", version)
    return (int(found.group(1)), int(found.group(2) or 0)) if found else (0, 0)
