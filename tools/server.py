"""Servers: each is started in its own process group, awaited until it answers, and always ended."""

import http.client
import io
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Iterator, Mapping, Optional, Union

from tools.programs import END_SECONDS, Command, end_with_parent, kill_group, own_environment
from tools.progress import Failure

POLL_SECONDS = 0.05


class Server:
    """A running program, with everything that it has started."""

    def __init__(
        self, command: Command, cwd: Path, additions: Optional[Mapping[str, str]], output: Union[int, IO[str], None]
    ) -> None:
        """Start it, with its output in `output` or on the terminal."""
        self.process: subprocess.Popen[str] = subprocess.Popen(
            [str(part) for part in command],
            cwd=cwd,
            env=own_environment(additions),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=None if output is None else subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl+C must reach this process only, which ends it in order.
            preexec_fn=end_with_parent(),  # noqa: PLW1509  one system call
        )

    def end(self) -> None:
        """Ask the program to end and wait; then kill what is left of its group."""
        try:
            self.process.terminate()
            # A second Ctrl+C means: do not wait.
            with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                self.process.wait(END_SECONDS)
        finally:
            kill_group(self.process)

    def wait_until_it_answers(self, host: str, port: int, path: str, seconds: float) -> None:
        """Wait for an HTTP answer; raise Failure if the program ends first or takes too long."""
        deadline = time.monotonic() + seconds
        while not answers(host, port, path):
            if self.process.poll() is not None:
                raise Failure(f"The server ended before it answered (exit code {self.process.returncode}): see above.")
            if time.monotonic() > deadline:
                raise Failure(f"The server did not answer within {seconds:.0f} s: see above.")
            time.sleep(POLL_SECONDS)

    def wait_while_parent_lives(self) -> int:
        """Wait until the program or the parent of this process ends; return the exit code."""
        parent = os.getppid()
        while os.getppid() == parent:
            try:
                return self.process.wait(1)
            except subprocess.TimeoutExpired:
                continue
        return 0


@contextmanager
def running(
    command: Command, cwd: Path, additions: Optional[Mapping[str, str]] = None, output: Union[int, IO[str], None] = None
) -> Iterator[Server]:
    """Run a server during the block, with its output in `output` or on the terminal."""
    server = Server(command, cwd, additions, output)
    try:
        yield server
    finally:
        server.end()


def wait_for_line(server: Server, start: str) -> str:
    """Return the rest of the first line of output that starts with `start`; raise Failure if there is none."""
    output: IO[str] = server.process.stdout or io.StringIO()
    for line in output:
        if line.startswith(start):
            # Its further output must be read, or it would block.
            threading.Thread(target=_swallow, args=(output,), daemon=True).start()
            return line[len(start) :].strip()
        sys.stdout.write(line)
    output.close()
    raise Failure(f"This ended before it was ready, see above: {server.process.args!r}")


def is_free(host: str, port: int) -> bool:
    """Return whether a server can listen on this port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Without it, connections that have just ended would occupy the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port on which no server listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(host: str, port: int, path: str) -> bool:
    """Return whether an HTTP server answers at this URL, with any status."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _swallow(output: IO[str]) -> None:
    with output:
        for _ in output:
            pass
