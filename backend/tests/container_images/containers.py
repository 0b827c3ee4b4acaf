"""Images, and their containers, which are processes of this machine."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.container_images.native_build import Image
from tools.repository import BACKEND

DOCKER = BACKEND / "docker"
PATIENCE_SECONDS = 120.0
END_SECONDS = 60.0

HOST = "chat.example.org"

type Services = dict[str, Any]


@dataclass
class Images:
    """The images of the Dockerfile."""

    api: Image
    web: Image
    development: Image


@dataclass
class Container:
    """A process, started like the container of an image."""

    image: Image
    additions: dict[str, str]
    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)
    _written: threading.Condition = field(default_factory=threading.Condition)

    def is_healthy(self) -> bool:
        return self.image.run(self.image.health_check, self.additions).returncode == 0

    def wait_until_healthy(self) -> None:
        """Repeat the health check until it passes, as an engine does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.is_healthy():
            log = "".join(self.log)
            assert self.process.poll() is None, f"the process ended before it was healthy:\n{log}"
            assert time.monotonic() < deadline, f"the process did not become healthy in time:\n{log}"

    def wait_for_line(self, text: str, times: int) -> None:
        """Wait until `times` lines of its log contain `text`."""
        with self._written:
            enough = self._written.wait_for(lambda: sum(text in line for line in self.log) >= times, PATIENCE_SECONDS)
        assert enough, "".join(self.log)

    def read_log(self) -> None:
        """Keep each line that the process writes, until it ends."""
        for line in self.process.stdout or ():
            with self._written:
                self.log.append(line)
                self._written.notify_all()

    def stop(self) -> None:
        """Send the stop signal of the image, and wait for the end, as an engine does."""
        self.process.send_signal(self.image.stop_signal)
        self.process.wait(END_SECONDS)


@contextmanager
def running(image: Image, command: list[str], additions: dict[str, str]) -> Iterator[Container]:
    process = subprocess.Popen(
        command,
        cwd=image.folder,
        env=image.variables(additions),
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    container = Container(image, additions, process)
    reader = threading.Thread(target=container.read_log, daemon=True)
    reader.start()
    try:
        yield container
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        reader.join()
        if process.stdout:
            process.stdout.close()
