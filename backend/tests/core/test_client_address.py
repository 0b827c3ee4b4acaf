"""The address of a client: the same for Django and for ASGI."""

import sys
from collections.abc import Mapping
from typing import Any

import pytest
from pytest_django import Settings

from apps.core.http.client_address import client_address, client_network, direct_peer

pytestmark = pytest.mark.storeless

PROXIES = ["10.0.0.0/8", "2001:db8:ffff::/48", "192.0.2.1"]


def as_meta(peer: str, forwarded: str) -> Mapping[str, Any]:
    return {"REMOTE_ADDR": peer} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})


def as_scope(peer: str, forwarded: str) -> Mapping[str, Any]:
    headers = [(b"host", b"localhost")]
    if forwarded:
        headers += [(b"x-forwarded-for", part.strip().encode()) for part in forwarded.split(",")]
    return {"type": "websocket", "client": (peer, 1234) if peer else None, "headers": headers}


@pytest.mark.parametrize("shape", [as_meta, as_scope])
@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.1.1.1", "", "10.1.1.1"),
        ("10.1.1.1", "198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "127.0.0.1, 198.51.100.1", "198.51.100.1"),
        ("10.1.1.1", "198.51.100.1, 10.2.2.2, 192.0.2.1", "198.51.100.1"),
        ("10.1.1.1", "10.3.3.3, 10.2.2.2", "10.3.3.3"),
        ("10.1.1.1", "198.51.100.1, nonsense, 10.2.2.2", "10.2.2.2"),
        ("10.1.1.1", f"2001:db8::7, fe80::1%{'a' * 80}", "10.1.1.1"),
        ("10.1.1.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.1.1.1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("2001:db8:ffff::1", "2001:db8::7", "2001:db8::7"),
        ("::ffff:10.1.1.1", "::ffff:198.51.100.1", "198.51.100.1"),
        ("fe80::1%eth0", "", "fe80::1"),
        ("", "198.51.100.1", "0.0.0.0"),  # noqa: S104
    ],
)
def test_the_client_is_the_rightmost_hop_that_is_not_a_trusted_proxy(
    shape: Any, peer: str, forwarded: str, client: str, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = PROXIES

    assert client_address(shape(peer, forwarded)) == client


@pytest.mark.parametrize("shape", [as_meta, as_scope])
def test_a_unix_socket_can_be_trusted(shape: Any, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["unix"]

    assert client_address(shape("", "198.51.100.1")) == "198.51.100.1"


@pytest.mark.parametrize("shape", [as_meta, as_scope])
def test_without_trusted_proxies_forwarded_addresses_are_ignored(shape: Any) -> None:
    assert client_address(shape("127.0.0.1", "198.51.100.1")) == "127.0.0.1"


def test_forged_hops_take_hardly_any_time(settings: Settings) -> None:
    """A proxy that appends to the header passes on whatever the client has sent."""
    settings.TRUSTED_PROXIES = PROXIES
    request = as_meta("10.1.1.1", "1," * 15_000 + "198.51.100.1, 10.2.2.2")
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        found = client_address(request)
    finally:
        sys.setprofile(None)
    assert found == "198.51.100.1"
    assert calls < 2_000


def test_ipv6_clients_are_counted_by_their_64_bit_network() -> None:
    assert client_network("2001:db8:1:2:3:4:5:6") == client_network("2001:db8:1:2::9") == "2001:db8:1:2::"
    assert client_network("198.51.100.1") == "198.51.100.1"


def test_a_trusted_proxy_is_never_the_client_itself(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert direct_peer({"REMOTE_ADDR": "127.0.0.1"}) is None


@pytest.mark.parametrize(
    "header",
    ["HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA"],
)
def test_a_request_with_a_proxy_header_is_not_direct(header: str) -> None:
    assert direct_peer({"REMOTE_ADDR": "127.0.0.1"}) == "127.0.0.1"
    assert direct_peer({"REMOTE_ADDR": "127.0.0.1", header: "x"}) is None
