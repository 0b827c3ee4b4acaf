"""`make clean`: removes everything that was installed or built; never data or settings."""

import shutil

from tools.progress import run_command
from tools.repository import BACKEND, CACHE, FRONTEND, ROOT, TYPESCRIPT_CLIENT

TOOL_CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis")


def main() -> int:
    """Remove them; a missing one is not an error."""
    made = [CACHE, ROOT / "dist", TYPESCRIPT_CLIENT / "dist", BACKEND / ".venv", BACKEND / "staticfiles"]
    made += [FRONTEND / name for name in ("node_modules", "dist", "test-results", "playwright-report")]
    made += [folder / name for folder in (ROOT, BACKEND) for name in TOOL_CACHES]
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    run_command(main)
