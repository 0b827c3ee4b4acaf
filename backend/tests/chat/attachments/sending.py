"""Uploads by the users of the live server."""

from typing import Any

import aiohttp

from testkit.live import Person


async def attach(person: Person, content: bytes, name: str = "file.png", **fields: str) -> Any:
    """Upload a file that is taken, and return the attachment."""
    form = aiohttp.FormData(fields)
    form.add_field("file", content, filename=name, content_type="application/octet-stream")
    headers = {"Authorization": f"Bearer {person.access}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{person.server.url}/api/attachments/", data=form, headers=headers) as response,
    ):
        answer = await response.json()
        assert response.status == 201, answer
        return answer


async def fetch(person: Person, address: str) -> tuple[int, bytes]:
    """Read a signed address, without a header."""
    async with aiohttp.ClientSession() as session, session.get(f"{person.server.url}{address}") as response:
        return response.status, await response.read()
