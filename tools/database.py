"""Bring the database and the static files up to date, if anything has changed since the last time."""

import os
import sqlite3
from pathlib import Path
from typing import List, Optional

from tools.env_file import read_setting
from tools.programs import run_quietly
from tools.progress import step
from tools.repository import BACKEND, ROOT, VENV_PYTHON
from tools.stamp import Stamp, files_below, fingerprint


def migrate() -> None:
    """Apply the migrations that the database lacks."""
    with step("Database") as outcome:
        stamp = Stamp("database")
        if stamp.matches(_database_fingerprint() or ""):
            outcome.note = "up to date"
            return
        run_quietly(
            [VENV_PYTHON, "manage.py", "migrate", "--no-input", "-v", "0"], BACKEND, {"DATA_DIR": str(data_dir())}
        )
        made = _database_fingerprint()
        if made:
            stamp.keep(made)


def collect_static() -> None:
    """Collect the static files of the administration and of the API's pages."""
    with step("Static files") as outcome:
        stamp = Stamp("static-files")
        settings = files_below(BACKEND / "config" / "settings")
        own = (path for path in files_below(BACKEND / "apps") if "static" in path.parts)
        inputs = fingerprint(BACKEND / "uv.lock", settings, own)
        if stamp.matches(inputs) and (BACKEND / "staticfiles").is_dir():
            outcome.note = "up to date"
            return
        run_quietly(
            [VENV_PYTHON, "manage.py", "collectstatic", "--no-input", "-v", "0"], BACKEND, {"DATA_DIR": str(data_dir())}
        )
        stamp.keep(inputs)


def data_dir() -> Path:
    """Return the folder of the embedded database."""
    given = read_setting("DATA_DIR")
    if given is None:
        return ROOT / "data"
    # A path in the file is relative to the folder of the file, as in Django.
    base = ROOT if os.environ.get("DATA_DIR") else BACKEND
    return base / Path(given).expanduser()


def _database_fingerprint() -> Optional[str]:
    """Return a hash of the existing and the applied migrations; None if the database cannot be inspected."""
    applied = _applied_migrations(data_dir() / "chat.sqlite3")
    if applied is None:
        return None
    written = (path for path in files_below(BACKEND / "apps") if "migrations" in path.parts)
    # The lock file stands for the migrations of packages.
    return fingerprint(BACKEND / "uv.lock", written, *applied)


def _applied_migrations(database: Path) -> Optional[List[str]]:
    if read_setting("DATABASE_URL") or not database.is_file():
        return None
    try:
        connection = sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)
        try:
            rows = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
        finally:
            connection.close()
    except sqlite3.Error:
        return None
    return [f"{app}.{name}" for app, name in rows]
