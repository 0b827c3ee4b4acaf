"""A proxy that shows a server below a path of its host, with or without removing the path from requests."""

import asyncio
from contextlib import suppress
from typing import override

from testkit.tcp_proxy import TcpProxy

PIECE_BYTES = 65536


class PathProxy(TcpProxy):
    """Passes requests below `path` on, as `proxy_pass` of nginx does; others get 404."""

    def __init__(self, port: int, path: str, *, strips: bool) -> None:
        """Pass requests to `port` of this machine; `strips` says whether to remove `path` from them."""
        super().__init__()
        self._target = port
        self._path = path.encode()
        self._strips = strips

    @property
    @override
    def url(self) -> str:
        """The URL of the server through this proxy."""
        return f"http://127.0.0.1:{self.port}{self._path.decode()}"

    @property
    @override
    def socket_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    @override
    async def serve(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        head = self._rewrite(await from_client.readuntil(b"\r\n\r\n"))
        if head is None:
            to_client.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await to_client.drain()
            return
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._target)
        to_server.write(head)
        try:
            async with asyncio.TaskGroup() as group:
                back = group.create_task(_pump(from_client, to_server))
                await _pump(from_server, to_client)
                back.cancel()
        finally:
            to_server.close()

    def _rewrite(self, head: bytes) -> bytes | None:
        """Return the head for the server, or None for a path that is not below ours."""
        line, _, rest = head.partition(b"\r\n")
        method, address, version = line.split(b" ")
        if not address.startswith(self._path + b"/"):
            return None
        if self._strips:
            address = address.removeprefix(self._path)
        # One request per connection: further ones would need their own rewriting.
        fields = [field for field in rest.split(b"\r\n") if not field.lower().startswith(b"connection: keep-alive")]
        once = [] if b"\r\nupgrade:" in rest.lower() else [b"Connection: close"]
        return b"\r\n".join([b" ".join([method, address, version]), *once, *fields])


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):  # The other side has ended: its last bytes are still passed on.
        while data := await reader.read(PIECE_BYTES):
            writer.write(data)
            await writer.drain()
