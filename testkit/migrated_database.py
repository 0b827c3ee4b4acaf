"""The migrated SQLite database with which a run of pytest begins, kept in `.cache/migrated/` for later runs.

Migrating takes two seconds of CPU time, and `make test` starts six runs on SQLite. A kept database belongs to one state
of the code: of all modules, because migrations import fields and functions, and of all packages, some of which have
migrations too.
"""

import shutil
import sqlite3
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from tools.repository import BACKEND, CACHE

_FOLDER = CACHE / "migrated"


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Return whether there is a kept database, with which pytest-django then begins instead of an empty one."""
    if connection.vendor != "sqlite" or not _kept().exists():
        return False
    shutil.copy(_kept(), connection.settings_dict["TEST"]["NAME"])
    return True


def keep_database(migrated: Path) -> None:
    """Keep this migrated database, which no test has used, and drop the databases of earlier states of the code."""
    if _kept().exists():
        return
    _FOLDER.mkdir(parents=True, exist_ok=True)
    for earlier in _FOLDER.glob("*.sqlite3"):
        earlier.unlink(missing_ok=True)
    # Other runs, side by side with this one, must not copy half of it.
    written = _FOLDER / f"{uuid4().hex}.part"
    shutil.copy(migrated, written)
    written.replace(_kept())


@cache
def _kept() -> Path:
    state = sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    modules = [*BACKEND.glob("apps/**/*.py"), *BACKEND.glob("config/**/*.py")]
    for file in [BACKEND / "uv.lock", *sorted(modules)]:
        state.update(f"{file} {file.stat().st_size} ".encode() + file.read_bytes())
    return _FOLDER / f"{state.hexdigest()}.sqlite3"
