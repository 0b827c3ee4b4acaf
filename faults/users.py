"""Users: HTTP requests through the proxy, retried until they succeed."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, override

import aiohttp

from testkit.api_user import ApiUser

PATIENCE_SECONDS = 60.0
ONE_TRY_SECONDS = 10.0
SERVER_FAULT = 500
RENEW_SECONDS = 600.0
IMAGE = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
"""An image of one pixel."""


@dataclass
class DrillUser(ApiUser):
    """A signed-in user. No connection is reused, so that each call may reach another worker."""

    signed_in_at: float = 0.0

    @override
    async def sign_in(self) -> None:
        """Get a new token, unless the current one is valid for a while."""
        now = asyncio.get_running_loop().time()
        if not self.access or now - self.signed_in_at > RENEW_SECONDS:
            await super().sign_in()
            self.signed_in_at = now

    async def attach(self, attachment_id: str) -> None:
        """Upload a small image under this id; a repeat uploads nothing."""

        def make_form() -> aiohttp.FormData:
            form = aiohttp.FormData({"id": attachment_id})
            form.add_field("file", IMAGE, filename="image.gif")
            return form

        status, body = await self.request("POST", "/attachments/", make_form=make_form)
        assert status in {200, 201}, (status, body)  # noqa: S101  (a fault of the product)

    @override
    async def request(
        self, method: str, path: str, json: Any = None, make_form: Callable[[], Any] = lambda: None
    ) -> tuple[int, Any]:
        """Call the API; repeat it while the server is unreachable or answers 5xx, at most for `PATIENCE_SECONDS`."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                with suppress(aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError, ConnectionError):
                    async with asyncio.timeout(ONE_TRY_SECONDS):
                        status, body = await super().request(method, path, json, make_form)
                    if status < SERVER_FAULT:
                        return status, body
                await asyncio.sleep(0.3)
