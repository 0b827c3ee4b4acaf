"""Starts that fail because of the machine or a store: one line, without a traceback, that says what to do."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from redis import AuthenticationError
from redis import ConnectionError as RedisConnectionError

from apps.core.missing_migrations import find_newer_migrations
from apps.core.redis.failures import explain
from tests.config.processes import run_python

FREE_SPACE = "free space on its disk, then start again.\n"
NOWHERE = "postgresql://chat:secret@127.0.0.1:1/chat"


def fail_to_start(folder: Path, *arguments: str, **changes: str) -> str:
    """Start the server as `make run` does, check that it fails, and return the one line that it prints."""
    arguments = ("manage.py", *(arguments or ("serve", "--migrate")))
    result = run_python(folder, *arguments, EMBEDDED_MODEL="off", LOCAL_DISCOVERY="off", **changes)
    assert result.returncode == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1, result.stderr
    return result.stderr


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own, whose size a test changes with `resize`."""
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", tmp_path], check=False)
    if made.returncode:
        pytest.skip("only root may mount a disk")
    yield tmp_path
    subprocess.run(["umount", tmp_path], check=True)


@pytest.mark.storeless
@pytest.mark.parametrize(
    ("size", "advice"),
    [("4k", FREE_SPACE), ("8k", FREE_SPACE), ("12k", FREE_SPACE), ("16k", "start again.\n"), ("200k", FREE_SPACE)],
)
def test_a_start_on_a_full_disk_says_what_to_do(disk: Path, size: str, advice: str) -> None:
    """It is full at the first secret, at the second, at the database, at its log, or within a migration."""
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)
    assert fail_to_start(disk).endswith(advice)


@pytest.mark.storeless
def test_a_start_on_a_read_only_disk_asks_for_another_folder(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    assert "name a folder" in fail_to_start(disk)
    assert "its file system is read-only; name a folder on another one." in fail_to_start(disk / "below")


@pytest.mark.storeless
@pytest.mark.parametrize("arguments", [("serve", "--migrate"), ("serve",), ("migrate",)], ids=" ".join)
def test_a_start_without_its_database_server_says_what_to_check(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    line = fail_to_start(tmp_path, *arguments, DATABASE_URL=NOWHERE)
    assert line.startswith("CommandError: The database of DATABASE_URL cannot be used (connection failed")
    assert "check that it runs, and that DATABASE_URL (and DATABASE_PASSWORD) names its host, user, password" in line
    assert "secret" not in line


@pytest.mark.storeless
def test_a_start_with_a_file_that_is_not_a_database_asks_for_another_one(tmp_path: Path) -> None:
    (tmp_path / "chat.sqlite3").write_text("no database")
    line = fail_to_start(tmp_path)
    assert f"{tmp_path}/chat.sqlite3 cannot be used (file is not a database): name another file, or restore a" in line


@pytest.mark.storeless
def test_a_start_at_an_address_that_cannot_be_served_says_why(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = fail_to_start(tmp_path, PORT=port)
        assert f"127.0.0.1:{port} cannot be served (Address already in use): end the program that serves there" in line
        assert not list(tmp_path.glob("chat.sqlite3-wal")), "a second server migrates nothing"
        assert "set HOST to an address of this machine" in fail_to_start(tmp_path, PORT=port, HOST="192.0.2.1")


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_recognized_by_its_last_migration() -> None:
    recorder = MigrationRecorder(connection)
    assert find_newer_migrations(connection) == []
    recorder.record_applied("chat", "0001_of_before_they_were_squashed")
    recorder.record_applied("another_app", "0001_initial")
    recorder.record_applied("chat", "9000_future")
    assert find_newer_migrations(connection) == ["chat.9000_future"]


@pytest.mark.storeless
def test_the_log_says_what_to_do_about_a_redis_that_does_not_answer() -> None:
    assert explain(RedisConnectionError("Error 111 connecting")).startswith("Redis does not answer: check that it runs")
    assert explain(AuthenticationError("invalid username-password pair")).startswith("Redis refuses the user or pass")
