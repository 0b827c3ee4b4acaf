"""Hosts allowed for a model service that an administrator sets on the screen: public ones and this machine.

An administrator must not reach what only this machine can reach (a cloud's metadata service, a router, a database in
the local network). `GuardedResolver` resolves names for each connection and checks the addresses that are used, so that
a name that changes a moment later (DNS rebinding) does not help.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import override

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

_NAT64 = IPv6Network("64:ff9b::/96")


class ForbiddenHostError(OSError):
    """A name resolves to an address in a private network."""


class GuardedResolver(AbstractResolver):
    """Resolves names as usual, and refuses those with any forbidden address."""

    def __init__(self) -> None:
        """Prepare the resolver; needs a running event loop."""
        self._resolver = DefaultResolver()

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not all(is_allowed(entry["host"]) for entry in found):
            raise ForbiddenHostError("the name leads into a private network")
        return found

    @override
    async def close(self) -> None:
        await self._resolver.close()


def is_allowed(host: str) -> bool:
    """Return whether `host` is a name, a public address, or an address of this machine."""
    try:
        address = _innermost(ip_address(host))
    except ValueError:
        return True
    return address.is_loopback or (address.is_global and not address.is_multicast)


def _innermost(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address embeds, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address
