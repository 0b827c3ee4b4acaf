"""Supervisor of several workers on one address: starts, replaces, restarts and stops them.

Decision 26 (docs/decisions/0026-our-own-supervisor.md) says why uvicorn's supervisor does not do this.
"""

import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

import structlog
from django.conf import settings

logger = structlog.get_logger(__name__)

START_SECONDS = 60.0
GRACE_SECONDS = 15.0
"""How long a worker may take to end, beyond `DRAIN_SECONDS`."""

SHORT_LIFE_SECONDS = 5.0
PAUSE_AFTER_SHORT_LIFE_SECONDS = 1.0
WATCH_SECONDS = 0.5


class WorkerProcess:
    """One worker: serves on the shared listening socket, reports when it is ready, and ends with this process."""

    def __init__(self, listener: socket.socket, arguments: list[str]) -> None:
        self.started_at = time.monotonic()
        self._is_ready = False
        self._socket, far_end = socket.socketpair()
        with far_end:
            descriptors = listener.fileno(), far_end.fileno()
            command = [sys.executable, *arguments, "--fd", str(descriptors[0]), "--supervisor-fd", str(descriptors[1])]
            self.process = subprocess.Popen(command, pass_fds=descriptors)  # noqa: S603 - our own command

    def wait_until_ready(self, is_ending: Callable[[], bool]) -> bool:
        """Return whether the worker serves; False if it has ended or takes too long, or if the supervisor is ending."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and not is_ending():
            if self._reports(WATCH_SECONDS):
                return self._is_ready
        return False

    def hangs(self) -> bool:
        """Return whether the worker is still starting after `START_SECONDS`."""
        if not self._is_ready:
            self._reports(0)
        return not self._is_ready and time.monotonic() - self.started_at > START_SECONDS

    def _reports(self, seconds: float) -> bool:
        """Wait until the worker reports that it is ready, or ends; return whether one of the two has happened."""
        # Python continues a call that a signal interrupts (PEP 475).
        has_news = bool(select.select([self._socket], [], [], seconds)[0])
        if has_news:
            self._is_ready = bool(self._socket.recv(1))
        return has_news

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def end(self) -> None:
        """Ask the worker to drain and end; `wait` waits until it has ended."""
        if not self.has_ended():
            self.process.send_signal(signal.SIGTERM)

    def wait(self) -> None:
        """Wait until the worker has ended; kill it if it takes too long."""
        try:
            self.process.wait(settings.DRAIN_SECONDS + GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            logger.warning("worker_killed", pid=self.process.pid)
            self.process.kill()
            self.process.wait()
        self._socket.close()


class Supervisor:
    """Runs the workers: SIGTERM and SIGINT end all; SIGHUP restarts them one by one, so that one always serves.

    If the supervisor itself is killed, its workers drain and end: nothing would replace them, and the next supervisor
    needs their address.
    """

    def __init__(self, *, listener: socket.socket, count: int, arguments: list[str]) -> None:
        """Supervise `count` processes of `python ARGUMENTS --fd …`."""
        self._listener = listener
        self._count = count
        self._arguments = arguments
        self._workers: list[WorkerProcess] = []
        self._is_ending = False
        self._is_restart_wanted = False

    def run(self) -> int:
        """Supervise until a signal ends the process; return the exit code: 1 if the workers cannot start."""
        signal.signal(signal.SIGTERM, self._on_end)
        signal.signal(signal.SIGINT, self._on_end)
        signal.signal(signal.SIGHUP, self._on_restart)
        self._workers = [self._start() for _ in range(self._count)]
        is_well = sum(self._becomes_ready(worker) for worker in self._workers) == self._count
        if is_well:
            logger.info("workers_ready", count=self._count)
            self._watch()
        for worker in self._workers:
            worker.end()
        for worker in self._workers:
            worker.wait()
        return 0 if is_well or self._is_ending else 1

    def _watch(self) -> None:
        while not self._is_ending:
            if self._is_restart_wanted:
                self._is_restart_wanted = False
                self._restart_workers()
            for index, worker in enumerate(self._workers):
                if worker.hangs() and not worker.has_ended():
                    logger.error("worker_hangs", pid=worker.process.pid)
                    worker.process.kill()
                    worker.process.wait()
                if worker.has_ended() and not self._is_ending:
                    self._replace(index, worker)
            time.sleep(WATCH_SECONDS)

    def _replace(self, index: int, dead: WorkerProcess) -> None:
        logger.warning("worker_died", pid=dead.process.pid, code=dead.process.returncode)
        dead.wait()
        if time.monotonic() - dead.started_at < SHORT_LIFE_SECONDS:
            time.sleep(PAUSE_AFTER_SHORT_LIFE_SECONDS)
        # Not waited for: another worker may die meanwhile.
        self._workers[index] = self._start()

    def _restart_workers(self) -> None:
        for index, before in enumerate(self._workers):
            if self._is_ending:
                return
            after = self._start()
            if not self._becomes_ready(after):
                logger.error("rolling_restart_given_up", pid=after.process.pid)
                after.end()
                after.wait()
                return
            self._workers[index] = after
            before.end()
            before.wait()
        logger.info("workers_restarted", count=self._count)

    def _start(self) -> WorkerProcess:
        return WorkerProcess(self._listener, self._arguments)

    def _becomes_ready(self, worker: WorkerProcess) -> bool:
        return worker.wait_until_ready(lambda: self._is_ending)

    def _on_end(self, _: int, __: FrameType | None) -> None:
        self._is_ending = True

    def _on_restart(self, _: int, __: FrameType | None) -> None:
        self._is_restart_wanted = True
