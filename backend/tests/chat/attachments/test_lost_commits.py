"""Uploads whose commit PostgreSQL carries out, but whose connection is lost before it says so."""

import asyncio
from collections.abc import AsyncIterator
from typing import override
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import aiohttp
import pytest

from testkit.live import SignedInUser
from testkit.services import several_workers
from testkit.tcp_proxy import TcpProxy
from tests.chat.attachments import files
from tests.chat.workers import StartWorkers

pytestmark = [pytest.mark.timeout(120), several_workers]

PIECE_BYTES = 65536


class CommitLosingProxy(TcpProxy):
    """Passes connections on to PostgreSQL, but no reply to the commit that follows a statement with `lost_after`."""

    def __init__(self, database_url: str) -> None:
        super().__init__()
        self._address = urlsplit(database_url)
        self.lost_after = b""
        self.lost = 0

    @property
    def database_url(self) -> str:
        user, _, _ = self._address.netloc.rpartition("@")
        return urlunsplit(self._address._replace(netloc=f"{user}@127.0.0.1:{self.port}"))

    @override
    async def serve(self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        from_database, to_database = await asyncio.open_connection(self._address.hostname, self._address.port)
        replies = asyncio.create_task(self._pump(from_database, to_client))
        is_awaited = False
        try:
            while piece := await from_client.read(PIECE_BYTES):
                is_awaited = is_awaited or (self.lost_after != b"" and self.lost_after in piece)
                if is_awaited and b"COMMIT" in piece:
                    self.lost_after, self.lost = b"", self.lost + 1
                    replies.cancel()
                    to_database.write(piece)
                    await from_database.read(PIECE_BYTES)
                    return
                to_database.write(piece)
        finally:
            replies.cancel()
            to_database.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
        writer.close()


@pytest.fixture
async def proxy(migrated_database_url: str) -> AsyncIterator[CommitLosingProxy]:
    proxy = CommitLosingProxy(migrated_database_url)
    await proxy.start()
    yield proxy
    await proxy.stop()


async def test_an_upload_whose_commit_was_lost_keeps_its_file(
    start_workers: StartWorkers, proxy: CommitLosingProxy
) -> None:
    [worker] = await start_workers(1, DATABASE_URL=proxy.database_url)
    user = await SignedInUser.register(worker)
    attachment_id = str(uuid4())

    def make_form() -> aiohttp.FormData:
        form = aiohttp.FormData({"id": attachment_id})
        form.add_field("file", files.png(), filename="image.png")
        return form

    proxy.lost_after = b'INSERT INTO "chat_attachment"'
    status, _ = await user.request("POST", "/attachments/", make_form=make_form)
    assert (status, proxy.lost) == (503, 1)
    status, attachment = await user.request("POST", "/attachments/", make_form=make_form)
    assert status == 200, "the first upload is stored"
    async with aiohttp.request("GET", worker.url + attachment["url"]) as response:
        assert response.status == 200
