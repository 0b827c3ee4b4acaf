"""The child processes that read files, as the server starts them: from the fork server, or as new interpreters."""

import atexit
import os
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from typing import IO

import structlog
from django.conf import settings

from apps.chat.attachments.child.requests import REPORT, REQUEST, UNUSED_SECONDS
from apps.core.errors import TemporarilyUnavailableError

logger = structlog.get_logger(__name__)

FORK_SERVER_LATENESS_SECONDS = 10.0
"""Seconds by which the fork server may be late: with its report of a child, and when it ends."""


@dataclass(frozen=True, slots=True)
class Streams:
    """The files of a child: its input, its output and its errors."""

    source: IO[bytes]
    target: IO[bytes]
    errors: IO[bytes]


class ChildTimeoutError(Exception):
    """A child took too long, and has been ended."""


def can_fork_children() -> bool:
    """Return whether this system supports the fork server (Linux does)."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return False
    return True


def fork_child(streams: Streams, *, seconds: float, only_idle: bool) -> int:
    """Have a child of the fork server read a file, and return its exit status.

    Raises:
        ChildTimeoutError: it took longer than `seconds`.
        TemporarilyUnavailableError: the fork server has ended before the child.
    """
    return _fork_server.run_child(streams, seconds=seconds, only_idle=only_idle)


def start_child(streams: Streams, *, seconds: float) -> int:
    """Have a new interpreter read a file, and return its exit status; raises ChildTimeoutError."""
    try:
        return subprocess.run(
            [sys.executable, "-E", "-s", "-m", "apps.chat.attachments.child"],
            stdin=streams.source,
            stdout=streams.target,
            stderr=streams.errors,
            cwd=settings.BACKEND_DIR,
            env={},  # The environment has secrets.
            close_fds=True,
            timeout=seconds,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        raise ChildTimeoutError from None


class _ForkServer:
    """The connection to the fork server (`child/fork_server.py`), which runs while there are files to read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._used_at = 0.0

    def run_child(self, streams: Streams, *, seconds: float, only_idle: bool) -> int:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                files = (streams.source, streams.target, streams.errors)
                self._request(REQUEST.pack(seconds, only_idle), [*(file.fileno() for file in files), theirs.fileno()])
            ours.settimeout(seconds + FORK_SERVER_LATENESS_SECONDS)
            try:
                report = ours.recv(REPORT.size)
            except OSError:
                report = b""
        if len(report) < REPORT.size:
            logger.warning("attachment_template_gone")
            raise TemporarilyUnavailableError(retry_after=1)
        is_late, status = REPORT.unpack(report)
        if is_late:
            raise ChildTimeoutError
        return int(status)

    def stop(self) -> None:
        """End the process, and any child that is still running."""
        with self._lock:
            self._end()

    def _request(self, request: bytes, descriptors: list[int]) -> None:
        with self._lock:
            # A fork server that ends at this moment would lose the request.
            if time.monotonic() - self._used_at > UNUSED_SECONDS - FORK_SERVER_LATENESS_SECONDS:
                self._end()
            if not self._send(request, descriptors):
                self._end()
                self._start()
                self._send(request, descriptors)
            self._used_at = time.monotonic()

    def _send(self, request: bytes, descriptors: list[int]) -> bool:
        """Send a request; return False if the fork server does not run."""
        if self._connection is None:
            return False
        try:
            return bool(socket.send_fds(self._connection, [request], descriptors))
        except OSError:
            return False

    def _start(self) -> None:
        self._connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            # In the server's session: Linux may share the processors equally between sessions (sched(7), autogroup),
            # whatever the priorities within each.
            self._process = subprocess.Popen(
                [sys.executable, "-E", "-s", "-m", "apps.chat.attachments.child", "--fork-server"],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=settings.BACKEND_DIR,
                env={},  # The environment has secrets.
                close_fds=True,
            )

    def _end(self) -> None:
        if self._connection is not None:
            self._connection.close()  # The fork server ends with its connection.
        if self._process is not None:
            try:
                self._process.wait(FORK_SERVER_LATENESS_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._connection = self._process = None


_fork_server = _ForkServer()
atexit.register(_fork_server.stop)
