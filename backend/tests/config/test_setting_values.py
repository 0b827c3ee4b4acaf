"""Settings whose values come from files, from the options of a URL, or from a default."""

import subprocess
from pathlib import Path

import pytest

from config import stores
from tests.config.processes import SAFE, SECRET, assert_refused, run_python, serve

pytestmark = pytest.mark.storeless


def test_secrets_are_read_from_files(tmp_path: Path) -> None:
    (tmp_path / "real").write_text(f"{SECRET}\n")
    (tmp_path / "example").write_text("your-jwt-secret-key\n")

    def serve_with(jwt_file: str) -> subprocess.CompletedProcess[str]:
        return serve(
            tmp_path,
            SECRET_KEY=None,
            JWT_SECRET_KEY=None,
            SECRET_KEY_FILE=str(tmp_path / "real"),
            JWT_SECRET_KEY_FILE=str(tmp_path / jwt_file),
        )

    assert_refused("JWT_SECRET_KEY is not set, or still has the value of the example", serve_with("example"))
    assert_refused(f"JWT_SECRET_KEY_FILE names {tmp_path}/missing, which", serve_with("missing"))


def test_the_password_of_a_database_is_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text("p@ss/word\n")
    monkeypatch.setenv("DATABASE_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("DATABASE_URL", "postgresql://chat@db:5432/chat")
    assert stores.configure_database(tmp_path, threads=1)["PASSWORD"] == "p@ss/word"
    monkeypatch.setenv("DATABASE_URL", "postgresql://chat:own@db:5432/chat")
    assert stores.configure_database(tmp_path, threads=1)["PASSWORD"] == "own"


def test_options_in_database_url_take_precedence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://chat@db:5432/chat?sslmode=verify-full&connect_timeout=2")
    options = stores.configure_database(tmp_path, threads=1)["OPTIONS"]
    assert isinstance(options, dict)
    assert options["sslmode"] == "verify-full"
    assert options["connect_timeout"] == 2
    assert options["keepalives"] == 1
    assert options["pool"]["max_size"] == 2


@pytest.mark.parametrize(("preload", "is_sent"), [(None, False), ("true", True)])
def test_preload_of_hsts_is_sent_only_if_the_setting_asks_for_it(
    preload: str | None, tmp_path: Path, *, is_sent: bool
) -> None:
    code = "from django.conf import settings; print(settings.SECURE_HSTS_PRELOAD)"
    output = run_python(tmp_path, "-c", code, **SAFE | {"SECURE_HSTS_PRELOAD": preload})
    assert output.stdout.strip() == str(is_sent)
