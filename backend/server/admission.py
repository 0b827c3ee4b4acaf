"""Admission of connections: limits for this process, and for each client network."""

import asyncio
import resource
from dataclasses import dataclass

import structlog
from django.conf import settings
from uvicorn.protocols.utils import get_remote_addr

from apps.core.http.client_address import ClientNetwork, peer_network
from apps.core.quotas import Quota

logger = structlog.get_logger(__name__)

ENOUGH_FILES = 1_048_576
RESERVED_FILES = 128
"""Open files that are not connections of clients: the database, Redis, model services, the program itself."""

ANY_CLIENT = None

_connections = Quota[ClientNetwork | None]()


@dataclass(frozen=True, slots=True)
class ConnectionSlot:
    """The slot of one accepted connection; `network` is None if its peer is a proxy, which stands for many clients."""

    network: ClientNetwork | None

    def release(self) -> None:
        """Release the slot; call it once."""
        _connections.release(ANY_CLIENT)
        if self.network is not None:
            _connections.release(self.network)


def admit(transport: asyncio.Transport) -> ConnectionSlot | None:
    """Return a slot for a connection, or None if this process or the client network has too many.

    Connections through `TRUSTED_PROXIES` count for the process only: the proxy limits its clients.
    """
    peer = get_remote_addr(transport)
    network = peer_network(peer[0] if peer else None)
    if not _connections.acquire(ANY_CLIENT, _max_connections()):
        return None
    if network is not None and not _connections.acquire(network, settings.CONNECTIONS_PER_CLIENT):
        _connections.release(ANY_CLIENT)
        return None
    return ConnectionSlot(network)


def raise_file_limit() -> int:
    """Raise the soft limit of open files to the hard one, and return it: each connection is an open file."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(hard, ENOUGH_FILES)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return soft
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    except (OSError, ValueError):  # macOS allows less than it reports.
        return soft
    return wanted


def _max_connections() -> int | None:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else max(soft - RESERVED_FILES, soft // 2)
