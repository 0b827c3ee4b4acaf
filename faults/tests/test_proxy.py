"""The proxy between clients and workers."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest

from faults.proxy import Link, Proxy


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(1000):
            writer.write(data)
            await writer.drain()
    await close(writer)


async def close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


@pytest.fixture
async def workers() -> AsyncIterator[list[asyncio.Server]]:
    servers = [await asyncio.start_server(echo, "127.0.0.1", 0) for _ in range(2)]
    yield servers
    for server in servers:
        server.close()
        await server.wait_closed()


@pytest.fixture
async def proxy(workers: list[asyncio.Server]) -> AsyncIterator[Proxy]:
    started = Proxy()
    started.ports = [port_of(worker) for worker in workers]
    await started.start()
    yield started
    await started.stop()


def port_of(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])


type Connect = Callable[[], Awaitable["Client"]]


class Client:
    """A connection through the proxy."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.port = int(writer.get_extra_info("sockname")[1])

    async def echo(self, text: bytes) -> bytes:
        self.writer.write(text)
        return await self.reader.readexactly(len(text))


@pytest.fixture
async def connect(proxy: Proxy) -> AsyncIterator[Connect]:
    clients: list[Client] = []

    async def connect_once() -> Client:
        clients.append(Client(*await asyncio.open_connection("127.0.0.1", proxy.port)))
        return clients[-1]

    yield connect_once
    for client in clients:
        await close(client.writer)


@pytest.fixture
async def client(connect: Connect) -> Client:
    """A client that a worker has answered."""
    connected = await connect()
    await connected.echo(b"hello")
    return connected


@pytest.fixture
def link(proxy: Proxy, client: Client) -> Link:
    """The client's link."""
    (only,) = proxy.pick(1.0, random.Random(1))
    return only


async def test_connections_go_to_the_workers_in_turn(proxy: Proxy, connect: Connect) -> None:
    clients = [await connect() for _ in range(4)]
    for client in clients:
        assert await client.echo(b"hello") == b"hello"

    behind = [proxy.worker_behind(client.port) for client in clients]

    assert sorted(port for port in behind if port) == sorted(proxy.ports * 2)


async def test_a_worker_that_refuses_connections_is_skipped(
    proxy: Proxy, workers: list[asyncio.Server], connect: Connect
) -> None:
    workers[0].close()
    await workers[0].wait_closed()

    clients = [await connect() for _ in range(2)]

    for client in clients:
        assert await client.echo(b"hello") == b"hello"
        assert proxy.worker_behind(client.port) == port_of(workers[1])


async def test_without_workers_a_connection_is_closed(proxy: Proxy, connect: Connect) -> None:
    proxy.ports.clear()

    client = await connect()

    assert await client.reader.read() == b""


async def test_a_cut_ends_both_sides(client: Client, link: Link) -> None:
    link.cut()

    assert await client.reader.read() == b""


async def test_a_reset_reaches_the_client_as_a_reset(client: Client, link: Link) -> None:
    link.reset()

    with pytest.raises(ConnectionResetError):
        await client.reader.read()


async def test_a_hanging_connection_delivers_everything_afterwards(client: Client, link: Link) -> None:
    began = asyncio.get_running_loop().time()

    link.hang(0.2)

    assert await client.echo(b"are you there") == b"are you there"
    assert asyncio.get_running_loop().time() - began >= 0.2


async def test_a_shorter_hang_does_not_end_a_longer_one(client: Client, link: Link) -> None:
    began = asyncio.get_running_loop().time()
    link.hang(0.1)
    link.hang(0.4)
    link.hang(0.1)
    assert await client.echo(b"are you there") == b"are you there"
    assert asyncio.get_running_loop().time() - began >= 0.4


async def test_a_slow_connection_loses_nothing(client: Client, link: Link) -> None:
    link.slow(0.3)
    text = bytes(range(256)) * 40

    assert await client.echo(text) == text
