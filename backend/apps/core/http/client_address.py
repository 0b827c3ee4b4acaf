"""The client's address, behind the proxies that we trust, and the network by which limits count the client.

Decision 25 (docs/decisions/0025-the-client-behind-proxies.md) says why uvicorn's middleware does not do this.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache, lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, NewType

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from apps.core.http.asgi import GetResponse

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - stands for a peer without an address, such as a Unix socket
UNIX_SOCKET = "unix"  # in TRUSTED_PROXIES: any peer on a Unix socket
MAX_ADDRESS_LENGTH = 80  # with brackets, port and the name of a network interface
MAX_FORWARDED_LENGTH = 1000  # of X-Forwarded-For; a client can send a proxy thousands of hops
REMEMBERED_ADDRESSES = 1024  # a request asks a dozen times for its client
IPV6_CLIENT_PREFIX = 64  # the smallest network of one customer: a longer prefix would count one client several times

type Address = IPv4Address | IPv6Address

ClientNetwork = NewType("ClientNetwork", str)
"""The unit in which limits count: a client can use any address of its network. Only `client_network` creates one."""

current_network: ContextVar[ClientNetwork | None] = ContextVar("current_network", default=None)
"""The client network of the HTTP request that is being served; None outside of requests."""


# The headers that Django can read. X-Forwarded-For is checked hop by hop.
FORWARDED_HEADERS = ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT")


def remember_network(get_response: GetResponse) -> GetResponse:
    """Middleware: set `current_network`, and drop `FORWARDED_HEADERS` of a peer that is not in `TRUSTED_PROXIES`."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if not _is_trusted(_parse(_peer_and_forwarded(request.META)[0])):
            for name in FORWARDED_HEADERS:
                request.META.pop(name, None)
        token = current_network.set(client_network(client_address(request.META)))
        try:
            return get_response(request)
        finally:
            current_network.reset(token)

    return respond


def client_address(scope_or_meta: Mapping[str, Any]) -> str:
    """Return the client's address for Django's `request.META` or an ASGI scope.

    That is the peer or, if the peer is in `TRUSTED_PROXIES`, the rightmost hop of `X-Forwarded-For` that is not.
    """
    host, forwarded = _peer_and_forwarded(scope_or_meta)
    return _find_client_address(host, forwarded[-MAX_FORWARDED_LENGTH:], tuple(settings.TRUSTED_PROXIES))


@lru_cache(REMEMBERED_ADDRESSES)
def _find_client_address(host: str, forwarded: str, trusted: tuple[str, ...]) -> str:
    nearest = _parse(host)
    if not _is_in(nearest, trusted):
        return str(nearest or UNKNOWN_ADDRESS)
    for hop in reversed([hop for hop in forwarded.split(",") if hop.strip()]):
        address = _parse(hop)
        if address is None:
            break  # no trusted proxy vouches for what is left of an invalid hop
        nearest = address
        if not _is_in(address, trusted):
            break
    return str(nearest or UNKNOWN_ADDRESS)


_PROXY_HEADERS = frozenset({"HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA"})


def direct_peer(meta: Mapping[str, Any]) -> str | None:
    """Return the peer's address if the peer is the client itself, or None if there is a proxy in between."""
    if any(name.startswith("HTTP_X_FORWARDED_") or name in _PROXY_HEADERS for name in meta):
        return None
    peer = _parse(_peer_and_forwarded(meta)[0])
    return str(peer) if peer is not None and not _is_trusted(peer) else None


@lru_cache(REMEMBERED_ADDRESSES)
def client_network(address: str) -> ClientNetwork:
    """Return the network by which clients are counted: IPv4 addresses themselves, IPv6 addresses by their /64."""
    parsed = _parse(address) or ip_address(UNKNOWN_ADDRESS)
    if isinstance(parsed, IPv6Address):
        parsed = IPv6Network((parsed, IPV6_CLIENT_PREFIX), strict=False).network_address
    return ClientNetwork(str(parsed))


def peer_network(peer: str | None) -> ClientNetwork | None:
    """Return the network of a connection's peer, or None if that is one of `TRUSTED_PROXIES` or has no address."""
    address = _parse(peer or "")
    if address is None or _is_trusted(address):
        return None
    return client_network(str(address))


def _peer_and_forwarded(scope_or_meta: Mapping[str, Any]) -> tuple[str, str]:
    if "headers" in scope_or_meta:
        host, _ = scope_or_meta.get("client") or ("", 0)
        values = [value.decode("latin-1") for name, value in scope_or_meta["headers"] if name == b"x-forwarded-for"]
        return host, ",".join(values)
    return scope_or_meta.get("REMOTE_ADDR") or "", scope_or_meta.get("HTTP_X_FORWARDED_FOR") or ""


def _parse(text: str) -> Address | None:
    """Read an IP address, with or without a port and brackets; an IPv4-mapped IPv6 address becomes IPv4."""
    text = text.strip()
    return _parse_stripped(text) if len(text) <= MAX_ADDRESS_LENGTH else None


@lru_cache(REMEMBERED_ADDRESSES)
def _parse_stripped(text: str) -> Address | None:
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_trusted(address: Address | None) -> bool:
    return _is_in(address, tuple(settings.TRUSTED_PROXIES))


def _is_in(address: Address | None, trusted: tuple[str, ...]) -> bool:
    if address is None:
        return UNIX_SOCKET in trusted
    return any(address in network for network in _networks(trusted))


@cache
def _networks(trusted: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(ip_network(entry, strict=False) for entry in trusted if entry != UNIX_SOCKET)
