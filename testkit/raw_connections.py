"""Raw TCP connections, to send what no well-behaved client sends, and floods of it.

They have another address than other clients on loopback, as if they came from another machine.
"""

import base64
import os
import select
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

SOURCE = "127.0.0.2"
PATIENCE_SECONDS = 40.0
"""Long, because the machine may be busy."""
MASK = bytes(4)
MAX_LENGTH_IN_7_BITS = 125


def open_connection(host: str, port: int, *, source: str = SOURCE, receive_buffer: int | None = None) -> socket.socket:
    """Return a blocking connection from the address `source`."""
    connection = socket.socket()
    if receive_buffer is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.bind((source, 0))
    connection.settimeout(PATIENCE_SECONDS)
    connection.connect((host, port))
    return connection


def upgrade_request(host: str, port: int, path: str = "/ws/events/", more: str = "") -> bytes:
    """Return the head of a WebSocket handshake."""
    key = base64.b64encode(os.urandom(16)).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{more}\r\n"
    ).encode()


def open_websocket(host: str, port: int, *, receive_buffer: int | None = None) -> socket.socket:
    """Return a connection after the handshake of a WebSocket that has not signed in."""
    connection = open_connection(host, port, receive_buffer=receive_buffer)
    connection.sendall(upgrade_request(host, port))
    response = connection.recv(4096)
    assert b" 101 " in response, response
    return connection


def masked_frame(first_byte: int, payload: bytes = b"") -> bytes:
    """Return a frame as clients send it, masked with zeros (RFC 6455, section 5.2); at most 64 KiB."""
    if len(payload) <= MAX_LENGTH_IN_7_BITS:
        return bytes((first_byte, 0x80 | len(payload))) + MASK + payload
    return struct.pack("!BBH", first_byte, 0x80 | 126, len(payload)) + MASK + payload


def receive_until(connection: socket.socket, text: bytes) -> bytes:
    """Read until `text` has arrived, or the server closes: head and body of a response may arrive one by one."""
    received = b""
    while text not in received and (piece := connection.recv(65536)):
        received += piece
    return received


@dataclass
class Flood:
    """The outcome of a flood."""

    sent: int = 0
    """Bytes that the server accepted."""
    closed_after: float | None = None
    """Seconds until the server closed, or None if it did not."""
    response: bytes = b""


def flood(connection: socket.socket, chunk: bytes, *, rate: float, seconds: float, reads: bool = True) -> Flood:
    """Send `chunk` repeatedly at `rate` bytes per second, until the time is over or the server closes.

    If it `reads`, the outcome has the response of the server; otherwise, the response is left unread.
    """
    outcome = Flood()
    began = time.monotonic()
    connection.settimeout(0)
    pending = b""
    while (elapsed := time.monotonic() - began) < seconds:
        if not pending and outcome.sent < rate * elapsed:
            pending = chunk
        ready = select.select([connection] if reads else [], [connection] if pending else [], [], 0.02)
        try:
            if ready[0]:
                received = connection.recv(65536)
                if not received:
                    outcome.closed_after = time.monotonic() - began
                    break
                outcome.response = (outcome.response + received)[-65536:]
            if ready[1]:
                outcome.sent += (count := connection.send(pending))
                pending = pending[count:]
        except OSError:
            outcome.closed_after = time.monotonic() - began
            break
    if reads:
        outcome.response = (outcome.response + _receive_rest(connection))[-65536:]
    connection.close()
    return outcome


def _receive_rest(connection: socket.socket) -> bytes:
    """Return what had arrived before sending failed: the system keeps it."""
    received = b""
    with suppress(OSError):
        while piece := connection.recv(65536):
            received += piece
    return received


def wait_until_closed(connection: socket.socket, seconds: float) -> float | None:
    """Return the seconds until the server closes, or None if it does not within `seconds`."""
    began = time.monotonic()
    try:
        while (left := seconds - (time.monotonic() - began)) > 0:
            connection.settimeout(left)
            if not connection.recv(65536):
                return time.monotonic() - began
    except TimeoutError:
        return None
    except OSError:
        return time.monotonic() - began
    return None


def try_to[T](action: Callable[[], T]) -> T | None:
    """Return the result of `action`, or None if the connection fails."""
    try:
        return action()
    except OSError:
        return None
