"""Hosts and networks of the environment: the names this server answers to, and the proxies that it trusts."""

import contextlib
import re
import socket
from ipaddress import IPv6Address, ip_network
from typing import Any
from urllib.parse import urlsplit

from config import env

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
HOST_NAME = re.compile(r"\*|(\*?\.)?[\w-]+(\.[\w-]+)*\.?|\[[0-9A-Fa-f:.]+\]")
EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound


@env.reports_problems
def read_networks(name: str) -> list[str]:
    """Return a comma-separated list of IP networks and `unix`; refuses a network that contains every address."""
    found = env.texts(name)
    for entry in found:
        if entry == "unix":
            continue
        try:
            is_everything = ip_network(entry, strict=False).prefixlen == 0
        except ValueError:
            raise env.SettingError(f"{name} has {entry!r}: write networks such as 10.0.0.0/8, or unix.") from None
        if is_everything:
            raise env.SettingError(
                f"{name} has {entry}, which contains every address: name the networks of your proxies only."
            )
    return found


@env.reports_problems
def read_host_names(name: str) -> list[str]:
    """Return a comma-separated list of hosts; one with a scheme, a port or a path would match no request."""
    found = [_as_requested(host) for host in env.texts(name)]
    for host in found:
        if not HOST_NAME.fullmatch(host):
            raise env.SettingError(
                f"{name} has {host!r}: write each host as chat.example.org, without scheme and port."
            )
    return found


def read_required_hosts(public_url: str) -> list[str]:
    """Return `ALLOWED_HOSTS`, else the host of `public_url`; neither, or a wildcard, is a problem."""
    hosts = read_host_names("ALLOWED_HOSTS") or ([read_host(public_url)] if public_url else [])
    if not hosts:
        # Reported for PUBLIC_URL, which is an alternative: if that has a problem, its own sentence is enough.
        env.report_problem("PUBLIC_URL", "ALLOWED_HOSTS is not set: name the hosts at which users reach this server.")
        return ["localhost"]
    if any("*" in host for host in hosts):
        env.report_problem("ALLOWED_HOSTS", "ALLOWED_HOSTS has a wildcard, which accepts any name: name each host.")
    return hosts


def read_host(url: str) -> str:
    """Return the host of a URL as `ALLOWED_HOSTS` writes it."""
    return _as_requested(urlsplit(url).hostname or "")


def find_own_addresses(host: str) -> list[str]:
    """Return the addresses at which other machines reach this one, if it serves on more than loopback.

    IP addresses only: any attacker can point a host name at this machine (DNS rebinding).
    """
    if is_loopback(host):
        return []
    if _compressed(host) not in EVERY_ADDRESS:
        return [_as_requested(host)]
    found = {str(info[4][0]) for info in _look_up(socket.gethostname())}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # Sends nothing: only selects the address of outgoing traffic.
        found.add(probe.getsockname()[0])
    return sorted(map(_as_requested, found))


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches a server on `host`."""
    return _compressed(host) in LOOPBACK_HOSTS


def _as_requested(host: str) -> str:
    """Return a host as requests name it: an IPv6 address in brackets, in its shortest form and without its zone."""
    try:
        address = IPv6Address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return host
    return f"[{str(address).partition('%')[0]}]"


def _compressed(host: str) -> str:
    """Return the shortest form of an IPv6 address (RFC 5952), which browsers send; anything else unchanged."""
    with contextlib.suppress(ValueError):
        return str(IPv6Address(host))
    return host


def _look_up(name: str) -> list[tuple[Any, ...]]:
    try:
        return list(socket.getaddrinfo(name, None))
    except OSError:
        return []
