"""Which machines a model service that was set on the screen may be on: any of the internet, and this one.

Whoever may set an address must not reach with it what only this machine can (a cloud's metadata service, a router, a
database of the house). Names are looked up by `GuardedResolver` when a connection is made, and the addresses that were
checked are the ones that are connected to: a name that leads elsewhere a moment later (DNS rebinding) gains nothing.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import override

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

_NAT64 = IPv6Network("64:ff9b::/96")


class ForbiddenHostError(OSError):
    """A name leads to an address of a private network."""


class GuardedResolver(AbstractResolver):
    """Looks names up as usual, and refuses those of which any address is forbidden."""

    def __init__(self) -> None:
        """Look nothing up yet; needs a running event loop."""
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
    """Say whether `host`, if it is an address and no name, is public or of this machine."""
    try:
        address = _innermost(ip_address(host))
    except ValueError:
        return True
    return address.is_loopback or (address.is_global and not address.is_multicast)


def _innermost(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 one only wraps, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address
