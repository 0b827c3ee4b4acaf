"""The child processes that read files: users take turns, the fork server is replaced, and failures are logged."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from testkit.database_threads import close_after
from tests.chat.attachments import files
from tests.chat.attachments.uploader import Uploader
from tests.log_lines import ReadLog
from tests.users.devices import Response

PATIENCE_SECONDS = 60.0


@pytest.fixture
def new_interpreters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have files read as on a system where the fork server cannot run."""
    monkeypatch.delattr(os, "pidfd_open", raising=False)


def fork_servers() -> list[int]:
    """Return the ids of the fork servers that this process has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"--fork-server" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as pool:
        yield pool


class HeldChildren:
    """Keeps the processes that read slow files from beginning until `go`."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.waiting = threading.Semaphore(0)
        self._run: Callable[..., Any] = subprocess.run

    def run(self, *args: Any, stdin: Any, **options: Any) -> Any:
        is_slow = stdin.read().startswith(b"slow")
        stdin.seek(0)
        if is_slow:
            self.waiting.release()
            assert self.go.wait(PATIENCE_SECONDS)
        return self._run(*args, stdin=stdin, **options)


def in_thread(threads: ThreadPoolExecutor, uploader: Uploader, content: bytes) -> Future[Response]:
    return threads.submit(close_after, uploader.upload, content, "a.txt")


@pytest.mark.usefixtures("new_interpreters")
@pytest.mark.django_db(transaction=True)
def test_slow_files_of_one_user_do_not_delay_other_users(
    uploader: Uploader,
    other_uploader: Uploader,
    threads: ThreadPoolExecutor,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    held = HeldChildren()
    monkeypatch.setattr(subprocess, "run", held.run)
    settings.ATTACHMENT_WAIT_SECONDS = PATIENCE_SECONDS
    slow = [in_thread(threads, uploader, b"slow") for _ in range(5)]
    try:
        assert held.waiting.acquire(timeout=PATIENCE_SECONDS)
        assert in_thread(threads, other_uploader, b"quick").result(PATIENCE_SECONDS).status == 201
        assert not any(upload.done() for upload in slow)
    finally:
        held.go.set()
    assert [upload.result(PATIENCE_SECONDS).status for upload in slow] == [201] * 5


@pytest.mark.usefixtures("new_interpreters")
@pytest.mark.django_db(transaction=True)
def test_a_file_that_waits_too_long_is_refused_with_retry_after(
    uploader: Uploader, threads: ThreadPoolExecutor, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = HeldChildren()
    monkeypatch.setattr(subprocess, "run", held.run)
    settings.ATTACHMENT_WAIT_SECONDS = 0.0
    slow = in_thread(threads, uploader, b"slow")
    try:
        assert held.waiting.acquire(timeout=PATIENCE_SECONDS)
        refused = uploader.upload(b"quick", "a.txt")
    finally:
        held.go.set()
    assert refused.status == 429
    assert refused.body["code"] == "RATE_LIMIT_EXCEEDED"
    assert refused.headers["Retry-After"] == "5"
    assert slow.result(PATIENCE_SECONDS).status == 201


@pytest.mark.usefixtures("new_interpreters")
def test_files_are_read_without_a_fork_server(uploader: Uploader) -> None:
    assert uploader.attach(files.jpeg())["mime"] == "image/jpeg"
    assert uploader.attach(b"text", "a.txt")["mime"] == "text/plain"
    assert uploader.refused_upload(files.png()[:200]) == (422, "ATTACHMENT_UNREADABLE")


def test_a_file_is_read_on_a_machine_without_idle_time(uploader: Uploader, settings: Settings) -> None:
    settings.ATTACHMENT_IDLE_READ_SECONDS = 0.0
    for _ in range(2):
        assert uploader.attach(files.png())["kind"] == "image"


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="this system cannot run a fork server")
def test_the_fork_server_is_kept_and_replaced_when_it_has_died(uploader: Uploader) -> None:
    uploader.attach(files.png())
    [first] = fork_servers()
    uploader.attach(files.jpeg())
    assert fork_servers() == [first]
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert uploader.attach(files.png())["kind"] == "image"
    [second] = fork_servers()
    assert second != first


def test_the_log_says_why_a_file_cannot_be_read_without_its_content(uploader: Uploader, read_log: ReadLog) -> None:
    broken = files.png()[:-5000]
    assert uploader.refused_upload(broken, "my-secret-name.png") == (422, "ATTACHMENT_UNREADABLE")
    [line] = read_log("attachment_unreadable")
    assert line["cause"].startswith("builtins.OSError < struct.error at ")
    assert "my-secret-name" not in str(read_log())
    assert uploader.refused_upload(b"%PDF-1.7 my-secret-text") == (422, "ATTACHMENT_UNREADABLE")
    cause = read_log("attachment_unreadable")[1]["cause"]
    assert cause.startswith("processed_file.UnreadableFileError < misc.PdfiumError at ")
    assert "my-secret-text" not in str(read_log())


@pytest.mark.usefixtures("new_interpreters")
def test_the_log_says_why_a_process_ended(
    uploader: Uploader, read_log: ReadLog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run: Callable[..., Any] = subprocess.run

    def run_without_libraries(command: list[str], **options: Any) -> Any:
        return run([*command[:1], "-S", *command[1:]], **options)

    monkeypatch.setattr(subprocess, "run", run_without_libraries)
    assert uploader.refused_upload(files.png()) == (422, "ATTACHMENT_UNREADABLE")
    [line] = read_log("attachment_child_failed")
    assert line["status"] == 1
    assert line["cause"].startswith("builtins.ModuleNotFoundError at images:")
