"""Processes of `manage.py` that have given settings alone, and how they refuse to start."""

import os
import subprocess
import sys
from pathlib import Path

from tools.repository import BACKEND

SECRET = "k3Jx9-qLw2Zt7_vBn5Rm8sYd1Hf4Gc6PaTe0"
SAFE = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": SECRET,
    "JWT_SECRET_KEY": SECRET[::-1],
    "PUBLIC_URL": "https://chat.example.org",
    "TRUSTED_PROXIES": "127.0.0.1",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def serve(folder: Path, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run `manage.py serve` at a port that is refused to users, so that no server is left running."""
    return run_manage(folder, "serve", "--port", "1", **changes)


def run_manage(folder: Path, *arguments: str, **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run a command as production does, without the developer's settings; None removes a variable."""
    blank = {"DATABASE_URL": "", "DEBUG": "", "ALLOWED_HOSTS": "", "CORS_ALLOWED_ORIGINS": "", "WEB_CONCURRENCY": ""}
    return run_python(folder, "manage.py", *arguments, **(blank | SAFE | changes))


def run_python(folder: Path, *arguments: str, **settings: str | None) -> subprocess.CompletedProcess[str]:
    """Run Python with `DATA_DIR` and these settings alone; None removes a variable."""
    settings = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), **settings}
    return subprocess.run(
        [sys.executable, *arguments],
        check=False,
        cwd=BACKEND,
        env={name: value for name, value in settings.items() if value is not None},
        capture_output=True,
        text=True,
    )


def assert_refused(output: str, result: subprocess.CompletedProcess[str]) -> None:
    """Check that a process ended with exit code 1 and one line, which contains `output`."""
    assert result.returncode == 1
    assert result.stdout == ""
    assert output in result.stderr
    assert len(result.stderr.splitlines()) == 1
