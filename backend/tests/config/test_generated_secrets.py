"""The secrets that development generates and keeps in files of `DATA_DIR`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.processes import assert_refused, run_manage, serve
from tools.repository import BACKEND

pytestmark = pytest.mark.storeless


@pytest.mark.parametrize("name", ["SECRET_KEY", "JWT_SECRET_KEY"])
@pytest.mark.parametrize("command", [("migrate",), ("serve", "--port", "1")], ids=["migrate", "serve"])
def test_development_refuses_a_short_secret_too(tmp_path: Path, name: str, command: tuple[str, ...]) -> None:
    short = {"DJANGO_SETTINGS_MODULE": "config.settings.development", name: "x" * 31}
    assert_refused(
        f"{name} is too short: give it a random text of at least 32 bytes, or leave it empty, so that one is generated",
        run_manage(tmp_path, *command, **short),
    )


def test_development_generates_secrets_in_place_of_the_examples(tmp_path: Path) -> None:
    lines = (BACKEND / ".env.example").read_text().splitlines()
    example = dict(line.split("=", 1) for line in lines if "SECRET_KEY=your-" in line)
    assert len(example) == 2
    result = run_manage(tmp_path, "check", DJANGO_SETTINGS_MODULE="config.settings.development", **example)
    assert result.returncode == 0, result.stderr
    assert {path.name for path in tmp_path.glob("*.txt")} == {"secret_key.txt", "jwt_secret_key.txt"}


def test_development_fills_the_empty_file_of_a_process_that_was_killed(tmp_path: Path) -> None:
    kept = tmp_path / "secret_key.txt"
    kept.touch(0o600)
    result = run_manage(tmp_path, "check", SECRET_KEY=None, DJANGO_SETTINGS_MODULE="config.settings.development")
    assert result.returncode == 0, result.stderr
    assert len(kept.read_text()) == 64


@pytest.mark.parametrize("content", [b"short", b"\xff" * 64], ids=["short", "not-text"])
def test_development_refuses_a_damaged_secret(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret_key.txt").write_bytes(content)
    assert_refused(
        f"{tmp_path}/secret_key.txt is damaged: delete it (everyone signs in again) or set SECRET_KEY.",
        serve(tmp_path, SECRET_KEY=None, DJANGO_SETTINGS_MODULE="config.settings.development"),
    )


def test_processes_that_start_at_the_same_time_agree_on_every_secret(tmp_path: Path) -> None:
    code = f"""
from pathlib import Path
from config.signing_keys import read_or_generate_secret
print("ready", flush=True)
input()
print(*(read_or_generate_secret(f"SECRET_{{number}}", Path({str(tmp_path)!r})) for number in range(100)))
"""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=BACKEND,
            env={"PATH": os.environ["PATH"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    pipes = [(process.stdin, process.stdout) for process in processes if process.stdin and process.stdout]
    assert {reading.readline() for _, reading in pipes} == {"ready\n"}
    for writing, _ in pipes:
        writing.write("start\n")
        writing.flush()
    printed = {process.communicate()[0] for process in processes}
    assert len(printed) == 1
    assert len(set(printed.pop().split())) == 100
