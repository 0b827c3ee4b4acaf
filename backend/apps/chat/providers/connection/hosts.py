"""Hosts allowed for a model service that an administrator sets in the settings: public ones and this machine.

An administrator must not reach what only this machine can reach (a cloud's metadata service, a router, a database in
the local network). `GuardedResolver` resolves names for each connection and checks the addresses that are used, so that
a name that changes a moment later (DNS rebinding) does not help.
"""

import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import override

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

# The table is ours, because the interpreter's `is_global` depends on its version. Source: the IANA registries of
# special-purpose addresses (https://www.iana.org/assignments/iana-ipv4-special-registry and …-ipv6-…).
_SPECIAL_V4 = [
    IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by the customers of a provider; also the metadata of Alibaba Cloud
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # services of Azure's host
        "169.254.0.0/16",  # link-local; also the metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; also the metadata of Oracle Cloud
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
_THIS_MACHINE = IPv4Network("127.0.0.0/8")

# Everything outside is special: loopback, private and link-local addresses, metadata (fd00:ec2::254), multicast, and
# the embedded IPv4 addresses of ::/96, ::ffff:0:0:0/96 and 64:ff9b:1::/48.
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_SPECIAL_V6 = [
    IPv6Network(text)
    for text in (
        "2001::/23",  # protocol assignments, among them Teredo, which embeds IPv4
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which embeds IPv4
        "3fff::/20",  # documentation
    )
]
_ISATAP = (bytes.fromhex("00005efe"), bytes.fromhex("02005efe"))
"""The third quarter of an address that embeds IPv4 in its last one (RFC 5214)."""

_NAT64 = IPv6Network("64:ff9b::/96")

_NUMBER = re.compile("[0-9]+|0[xX][0-9a-fA-F]*")
"""The last label of a host that is an address, not a name (https://url.spec.whatwg.org/#ends-in-a-number-checker)."""

_LABEL = re.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
"""One part of a name. Names in a local network may have underscores."""

MAX_NAME_LENGTH = 253


class ForbiddenHostError(OSError):
    """A name resolves to an address in a private network."""


class GuardedResolver(AbstractResolver):
    """Resolves names as usual, and refuses a name with any forbidden address."""

    def __init__(self) -> None:
        """Prepare the resolver; needs a running event loop."""
        self._resolver = DefaultResolver()

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not all(is_allowed_host(entry["host"]) for entry in found):
            raise ForbiddenHostError("the name leads into a private network")
        return found

    @override
    async def close(self) -> None:
        await self._resolver.close()


def is_valid_host(host: str) -> bool:
    """Return whether `host` has the form of a name or an address; `a..`, `%32` and the `v1.x` of `[v1.x]` do not."""
    name = host.removesuffix(".")
    if ":" in name:
        return _parse(name) is not None
    return len(name) <= MAX_NAME_LENGTH and all(_LABEL.fullmatch(label) for label in name.split("."))


def is_allowed_host(host: str) -> bool:
    """Return whether `host` is a name, a public address, or an address of this machine.

    A host that some resolvers take for a number (`2130706433`, `0x7f.1`, `127.1`) is none of them.
    """
    if not is_valid_host(host):
        return False
    host = host.removesuffix(".")
    address = _parse(host)
    if address is None:
        return not _NUMBER.fullmatch(host.rpartition(".")[2])
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is None:
            return address == IPv6Address("::1") or _is_public_v6(address)
        address = address.ipv4_mapped
    return address in _THIS_MACHINE or _is_public_v4(address)


def _parse(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in _SPECIAL_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    if address in _NAT64:  # as machines without IPv4 reach public IPv4 addresses
        return _is_public_v4(IPv4Address(address.packed[-4:]))
    is_special = any(address in network for network in _SPECIAL_V6) or address.packed[8:12] in _ISATAP
    return address in _GLOBAL_UNICAST and not is_special
