"""Addresses of model services that an administrator may set (docs/api.md: A-8.4)."""

import pytest

from apps.chat.providers.connection.hosts import is_allowed_host

pytestmark = pytest.mark.storeless


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("8.8.8.8", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("2606:4700:4700::1111", True),
        ("::ffff:127.0.0.1", True),
        ("models.example", True),
        ("172.16.0.1", False),
        ("100.64.0.1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("::", False),
        ("224.0.0.1", False),
        # The versions of Python that we run on disagree about these.
        ("192.0.0.9", False),
        ("64:ff9b:1::808:808", False),
        ("2002:808:808::", False),
        ("3fff::1", False),
        # Metadata and services of a cloud's host.
        ("168.63.129.16", False),
        ("100.100.100.200", False),
        ("fd00:ec2::254", False),
        # Embedded IPv4: NAT64, compatible, translated, Teredo, ISATAP.
        ("64:ff9b::808:808", True),
        ("64:ff9b::7f00:1", False),
        ("::a00:1", False),
        ("::ffff:0:a00:1", False),
        ("2001:0:a00:1::", False),
        ("2606:4700::5efe:a00:1", False),
        ("::ffff:169.254.169.254", False),
        # Outside 2000::/3.
        ("4000::1", False),
        ("ff0e::1", False),
        # Some resolvers read these as addresses.
        ("2130706433", False),
        ("0x7f.1", False),
        ("0x7f000001", False),
        ("127.1", False),
        ("0177.0.0.1", False),
        ("10.0.0.1.", False),
        ("1.models.example", True),
        ("models.example.", True),
        ("my_models", True),
        # Neither names nor addresses.
        ("", False),
        (".", False),
        ("a..", False),
        ("a..b", False),
        ("%32", False),
        ("a,b", False),
        ("[v1.", False),
        ("-a", False),
        ("1:2", False),
    ],
)
def test_only_public_and_loopback_addresses_are_allowed(host: str, *, allowed: bool) -> None:
    assert is_allowed_host(host) is allowed
