"""The pytest plug-in that chooses, starts and stops the stores of the tests."""

import os
import re
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.db import connection

from tools.repository import ROOT

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

PRINTING_TEST = """
import os

def test_prints():
    print("URLS", repr(os.environ["DATABASE_URL"]), repr(os.environ["REDIS_URL"]))
    print("DATA", os.environ["DATA_DIR"])
"""
WAITING_TEST = """
def test_waiting():
    print("WAITING", flush=True)
    input()
"""

type Run = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def service_folder() -> Iterator[Path]:
    """The plug-in's own folder goes here: PostgreSQL runs as `nobody`, which cannot enter pytest's folders."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def pytest_run(tmp_path: Path, service_folder: Path) -> Iterator[Run]:
    """Runs pytest in a child process on one test, with the plug-in and these variables."""
    started: list[subprocess.Popen[str]] = []

    def run(test: str, services: str, **variables: str) -> subprocess.Popen[str]:
        (tmp_path / "test_child.py").write_text(test)
        (tmp_path / "pytest.ini").write_text("[pytest]")
        alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TMPDIR": str(service_folder)}
        environment = {**os.environ, **alone, **variables}
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-s", "-p", "testkit.services", f"--services={services}", str(tmp_path)],
            cwd=ROOT,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.django_db
def test_the_option_chooses_the_stores(pytestconfig: pytest.Config) -> None:
    connection.ensure_connection()
    if pytestconfig.getoption("services") == "none":
        assert connection.vendor == "sqlite"
        assert os.environ["REDIS_URL"] == ""
    else:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            assert cursor.fetchone()[0].startswith("16.")
        with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
            assert int(client.info("server")["redis_version"].split(".")[0]) >= 7


def test_the_developers_own_stores_are_not_touched(pytest_run: Run) -> None:
    precious = {"DATABASE_URL": "postgresql://db/precious", "REDIS_URL": "redis://cache/0", "DATA_DIR": "/precious"}
    output = pytest_run(PRINTING_TEST, "none", **precious).communicate()[0]
    assert "URLS '' ''" in output
    assert "precious" not in output
    assert re.search(r"DATA .*/test-data-", output)


def test_the_stores_at_given_urls_are_used(pytest_run: Run) -> None:
    urls = {"TEST_DATABASE_URL": "postgresql://chat:secret@db:5432/chat", "TEST_REDIS_URL": "redis://cache:6379/0"}
    output = pytest_run(PRINTING_TEST, "postgres", **urls).communicate()[0]
    assert "URLS 'postgresql://chat:secret@db:5432/chat' 'redis://cache:6379/0'" in output
    assert "services: postgresql://db:5432/chat, redis://cache:6379/0" in output


def test_an_older_postgres_on_the_path_is_not_used(pytest_run: Run, tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 15.18'\n")
        (tmp_path / name).chmod(0o755)
    run = pytest_run(PRINTING_TEST, "postgres", PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert re.search(r"URLS 'postgresql://postgres@127\.0\.0\.1:\d+/postgres'", run.communicate()[0])
    assert run.returncode == 0


@linux_only
@pytest.mark.timeout(180)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_every_started_server_is_stopped(pytest_run: Run, service_folder: Path, number: signal.Signals) -> None:
    run = pytest_run(WAITING_TEST, "postgres")
    assert run.stdout
    while "WAITING" not in run.stdout.readline():
        assert run.poll() is None
    children = [int(pid) for pid in Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()]
    assert len(children) == 2
    handles = [os.pidfd_open(pid) for pid in children]
    run.send_signal(number)
    for handle in handles:
        assert select.select([handle], [], [], 60)[0]
        os.close(handle)
    run.wait(60)
    if number == signal.SIGINT:
        assert list(service_folder.iterdir()) == []
