"""Calls of a running server over HTTP, whose whole response a test looks at, and bodies for them."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from testkit.live import LiveServer


async def call(
    server: LiveServer, method: str, path: str, access: str = "", **options: Any
) -> tuple[int, dict[str, str], str]:
    """Return the status, the headers in lower case, and the body (empty for an event stream)."""
    headers = options.pop("headers", {}) | ({"Authorization": f"Bearer {access}"} if access else {})
    source = options.pop("source", None)
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(source, 0) if source else None)) as session,
        session.request(method, f"{server.url}{path}", headers=headers, **options) as response,
    ):
        text = "" if response.content_type == "text/event-stream" else await response.text()
        return response.status, {name.lower(): value for name, value in response.headers.items()}, text


async def spaces_in_chunks(size: int) -> AsyncIterator[bytes]:
    """A body of `size` bytes that is sent without its length."""
    for _ in range(size // 65536):
        yield b" " * 65536
