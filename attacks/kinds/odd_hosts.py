"""Heads that name another host or origin, or none that can be parsed."""

from collections import Counter
from http import HTTPStatus

from attacks.attack import Finding, at_most, attack, in_a_thread, must_be
from attacks.target import Target
from testkit.raw_connections import open_connection, try_to, upgrade_request

FOREIGN = ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "[::ffff:8.8.8.8]")
MALFORMED = ("[", "[::1", "http://[", "localhost:http", "a b", "\xe9", "127.0.0.1:" + "9" * 4400)
SERVED = {HTTPStatus.OK, HTTPStatus.SWITCHING_PROTOCOLS}


@attack("odd-hosts")
@in_a_thread
def name_other_hosts(target: Target) -> list[Finding]:
    """Foreign and malformed `Host` and `Origin`, in requests, handshakes and trailers."""
    own = f"{target.host}:{target.port}"
    hosts = [_get(host) for host in (*FOREIGN, *MALFORMED[:-1])]
    handshakes = [upgrade_request(target.host, target.port).replace(own.encode(), _encode(host)) for host in FOREIGN]
    origins = [
        upgrade_request(target.host, target.port, more=f"Origin: {origin}\r\n")
        for origin in ("http://evil.example", *MALFORMED)
    ]
    others = [_get(own, f"Origin: {origin}\r\nCookie: refresh_token=a\r\n") for origin in MALFORMED]
    trailers = [
        _get(own, "Transfer-Encoding: chunked\r\n", f"0\r\n{trailer}\r\n\r\n")
        for trailer in ("Host: evil.example", f"Origin: {MALFORMED[0]}", "X-Forwarded-Host: [")
    ]
    refused = _ask(target, [*hosts, *handshakes, *origins])
    answered = _ask(target, [*others, *trailers])
    return [
        must_be("foreign or malformed names that are served", sum(refused[status] for status in SERVED), 0),
        at_most(
            "responses of 5xx, and none",
            sum(count for status, count in (refused + answered).items() if status >= HTTPStatus.INTERNAL_SERVER_ERROR),
            0,
            "responses",
        ),
    ]


def _ask(target: Target, requests: list[bytes]) -> Counter[int]:
    """Count the statuses of the responses; 599 stands for none."""
    statuses: Counter[int] = Counter()
    for request in requests:
        with open_connection(target.host, target.port) as connection:
            connection.sendall(request)
            line = (try_to(lambda connection=connection: connection.recv(4096)) or b"")[:12]  # type: ignore[misc]
            statuses[int(line[9:]) if line[9:].isdigit() else 599] += 1
    return statuses


def _get(host: str, more: str = "", body: str = "") -> bytes:
    return _encode(f"GET /api/auth/registration HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n{body}")


def _encode(text: str) -> bytes:
    return text.encode("latin-1")
