"""Uploads by the users of the live server."""

from typing import Any
from uuid import UUID

import aiohttp

from testkit.live import SignedInUser


async def attach(
    user: SignedInUser, content: bytes, name: str = "file.png", *, expect: int | None = 201, **fields: str
) -> Any:
    """Upload a file and return the answer."""
    form = aiohttp.FormData(fields)
    form.add_field("file", content, filename=name, content_type="application/octet-stream")
    url, headers = f"{user.server.url}/api/attachments/", {"Authorization": f"Bearer {user.access}"}
    async with aiohttp.request("POST", url, data=form, headers=headers) as response:
        body = await response.json()
        assert expect in {None, response.status}, body
        return body


async def fetch(user: SignedInUser, url: str) -> tuple[int, bytes]:
    """Read a signed URL, without a header."""
    async with aiohttp.request("GET", f"{user.server.url}{url}") as response:
        return response.status, await response.read()


async def call_command(user: SignedInUser, conversation_id: UUID, kind: str, **fields: Any) -> Any:
    """Send a command by POST and return the frame that answers it."""
    return await user.call("POST", f"/conversations/{conversation_id}/commands", {"type": kind, **fields}, expect=200)
