"""Free ports for servers of tests."""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager

FIRST_PORT, PORTS = 20_000, 12_000
"""Below the range of outgoing connections, which could take the port before the server does."""


def free_port() -> int:
    """Return a port of the loopback on which no server listens."""
    while True:
        port = FIRST_PORT + secrets.randbelow(PORTS)  # Not `random`, which each test run seeds.
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port


@contextmanager
def reserved_port() -> Iterator[int]:
    """Reserve a port of the loopback for a server that stops and starts again: it listens there with `reuse_port`."""
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]
