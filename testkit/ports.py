"""Free ports for servers that are started as processes."""

import secrets
import socket

FIRST_PORT, PORTS = 20_000, 12_000
"""Below the ports of outgoing connections, one of which could take the port before the server does."""


def free_port() -> int:
    """Return a port of the loopback on which no server listens."""
    while True:
        port = FIRST_PORT + secrets.randbelow(PORTS)  # Not `random`, which each test run seeds.
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
