"""Connections that send no request head, or an endless one."""

import time

from attacks.attack import Finding, at_most, attack, in_a_thread, must_be
from attacks.target import Target
from testkit.raw_connections import flood, open_connection, try_to, upgrade_request, wait_until_closed

CONNECTIONS = 1100
HEAD_SECONDS = 10.0
PATIENCE_SECONDS = 15.0
HEADERS_BYTES = 24 * 1024 * 1024
HEADERS_SECONDS = 4


@attack("silent-connections", open_files=1024)
@in_a_thread
def open_silent_connections(target: Target) -> list[Finding]:
    """1,100 connections that send nothing, against a soft limit of 1,024 open files."""
    connections = [try_to(lambda: open_connection(target.host, target.port)) for _ in range(CONNECTIONS)]
    opened = [connection for connection in connections if connection is not None]
    deadline = time.monotonic() + PATIENCE_SECONDS
    still_open = sum(wait_until_closed(connection, deadline - time.monotonic()) is None for connection in opened)
    for connection in opened:
        connection.close()
    return [at_most("silent connections open after 15 s", still_open, 0, "connections")]


@attack("endless-headers")
@in_a_thread
def send_endless_headers(target: Target) -> list[Finding]:
    """Headers without end: up to 24 MiB in 4 seconds."""
    connection = open_connection(target.host, target.port)
    connection.sendall(f"GET / HTTP/1.1\r\nHost: {target.host}\r\n".encode())
    chunk = b"".join(b"X-%05d: %s\r\n" % (number, b"a" * 100) for number in range(600))
    outcome = flood(connection, chunk, rate=HEADERS_BYTES / HEADERS_SECONDS, seconds=HEADERS_SECONDS)
    return [
        at_most("headers taken", outcome.sent / 1024, 4096, "KiB"),
        must_be("status of the response", _status_of(outcome.response), "431"),
    ]


@attack("upgrade-with-many-headers")
@in_a_thread
def upgrade_with_many_headers(target: Target) -> list[Finding]:
    """A WebSocket handshake with 130 headers."""
    connection = open_connection(target.host, target.port)
    connection.sendall(upgrade_request(target.host, target.port, more="".join(f"X-{n}: 1\r\n" for n in range(130))))
    response = try_to(lambda: connection.recv(4096)) or b""
    return [must_be("status of the response", _status_of(response), "431")]


@attack("slow-heads")
@in_a_thread
def send_heads_slowly(target: Target) -> list[Finding]:
    """A head that arrives at one byte per second."""
    connection = open_connection(target.host, target.port)
    began = time.monotonic()
    for byte in b"GET / HTTP/1.1\r\nX-Slow: "[: int(PATIENCE_SECONDS)]:  # One a second, until the patience ends.
        if try_to(lambda byte=byte: connection.send(bytes((byte,)))) is None:  # type: ignore[misc]
            break
        if wait_until_closed(connection, 1.0) is not None:
            break
    return [at_most("time until the connection is closed", time.monotonic() - began, HEAD_SECONDS + 2, "s")]


def _status_of(response: bytes) -> str:
    """Return the status code of a response, or an empty string if there is none."""
    return response[9:12].decode()
