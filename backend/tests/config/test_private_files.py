"""Only the user that runs the server can read its data."""

from pathlib import Path

import pytest

from tests.config.processes import assert_refused, run_python, serve

pytestmark = pytest.mark.storeless


def load_settings(folder: Path, database_url: str = "") -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "config.settings.development", "DATABASE_URL": database_url}
    code = "from django.conf import settings; settings.DATABASES"
    run_python(folder, "-c", code, **settings).check_returncode()


def mode_of(path: Path) -> str:
    return f"{path.stat().st_mode & 0o777:o}"


def test_a_folder_and_a_database_that_exist_are_made_private(tmp_path: Path) -> None:
    names = ["chat.sqlite3", "chat.sqlite3-wal", "chat.sqlite3-shm"]
    for name in names:
        (tmp_path / name).touch(mode=0o644)
    tmp_path.chmod(0o755)

    load_settings(tmp_path)

    assert mode_of(tmp_path) == "700"
    assert {mode_of(tmp_path / name) for name in names} == {"600"}


def test_a_database_elsewhere_is_created_private(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)

    load_settings(tmp_path / "data", f"sqlite:///{elsewhere}/chat.sqlite3")

    assert mode_of(elsewhere / "chat.sqlite3") == "600"
    assert mode_of(elsewhere) == "755", "it is not DATA_DIR"
    assert mode_of(tmp_path / "data") == "700"


def test_a_folder_of_all_users_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)

    assert_refused(f"DATA_DIR {tmp_path} is shared by all users: name a folder for", serve(tmp_path))
    assert mode_of(tmp_path) == "777"
