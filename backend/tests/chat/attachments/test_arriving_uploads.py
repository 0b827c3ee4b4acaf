"""Uploads that arrive at the real server: limits, clients that are not signed in, and clients that disconnect."""

import asyncio
import resource
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
import pytest
from pytest_django import Settings

from testkit.live import LiveServer, SignedInUser, until
from tests.chat.attachments.sending import attach, fetch
from tests.chat.attachments.stores import FileStore
from tests.log_lines import ReadLog

# They are refused, or arrive in files, before anything is stored.
pytestmark = pytest.mark.store_independent

HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
END = b"\r\n--edge--\r\n"
FORM = {"Content-Type": "multipart/form-data; boundary=edge"}


@pytest.fixture(autouse=True)
def incoming(settings: Settings, tmp_path: Path) -> Path:
    """Keep uploads on their way in a folder of this test."""
    folder = tmp_path / "incoming"
    folder.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = folder
    return folder


async def send(user: SignedInUser, data: Any, *, expect: int, **headers: str) -> Any:
    url = f"{user.server.url}/api/attachments/"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=data, headers=FORM | user.headers | headers) as response,
    ):
        body = await response.json()
        assert response.status == expect, body
        return body


async def begin_upload(user: SignedInUser, size: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send the head of an upload whose body has this size, and the head of its form."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(user.server.url).port)
    head = f"POST /api/attachments/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {user.access}\r\n"
    writer.write(f"{head}Content-Type: {FORM['Content-Type']}\r\nContent-Length: {size}\r\n\r\n".encode() + HEAD)
    return reader, writer


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    yield HEAD
    for _ in range(size // 65536):
        yield b"x" * 65536
    yield END


def open_files() -> list[Path]:
    """Return the files without a name that this process, which is the server, has open."""
    found = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found.append(descriptor.readlink())
    return [target for target in found if target.parent.name == "incoming"]


async def test_a_large_file_arrives_in_pieces(user: SignedInUser, file_store: FileStore) -> None:
    attachment = await send(user, in_pieces(12 * 1024 * 1024), expect=201)
    assert attachment["bytes"] == 12 * 1024 * 1024
    assert attachment["truncated"] is True
    assert len(file_store.names()) == 2
    await until(lambda: not open_files(), "the end of the upload")


async def test_a_file_of_a_declared_length_arrives_whole(user: SignedInUser) -> None:
    text = b"".join(b"%d. tea\n" % number for number in range(80_000))
    made = await attach(user, text, "tea.txt")
    assert await fetch(user, made["url"]) == (200, text)


async def test_the_refusal_of_a_file_over_the_limit_names_the_limit(
    user: SignedInUser, settings: Settings, file_store: FileStore
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1_000_000
    settings.LARGER_BODIES = {settings.UPLOAD_PATH: 1_000_000 + settings.REQUEST_MAX_BODY}
    for size in (1_100_000, 3_000_000):
        for data in (in_pieces(size), BytesIO(HEAD + bytes(size) + END)):
            body = await send(user, data, expect=413)
            assert body["code"] == "ATTACHMENT_TOO_LARGE"
            assert body["limit"] == 1_000_000
    assert file_store.names() == []
    await until(lambda: not open_files(), "the end of the uploads")


async def test_nothing_is_kept_of_a_client_that_has_not_signed_in(
    user: SignedInUser, chat_server: LiveServer, file_store: FileStore
) -> None:
    stranger = SignedInUser(chat_server, "stranger")
    for access in ("", "wrong"):
        stranger.access = access
        body = await send(stranger, in_pieces(3 * 1024 * 1024), expect=401)
        assert body["code"] == "AUTH_FAILED"
    assert file_store.names() == []
    assert open_files() == []
    assert (await user.call("GET", "/attachments/", expect=200))["total"] == 0


async def test_a_client_that_disconnects_leaves_nothing_behind(user: SignedInUser, file_store: FileStore) -> None:
    reader, writer = await begin_upload(user, 9_000_000)
    writer.write(b"x" * 500_000)
    await writer.drain()
    await until(open_files, "the file of the upload")
    writer.close()
    await until(lambda: not open_files(), "its end")
    assert file_store.names() == []
    assert await reader.read() == b""
    assert (await user.call("GET", "/attachments/", expect=200))["used"] == 0


async def test_an_upload_whose_session_ends_before_the_upload_is_refused(
    user: SignedInUser, file_store: FileStore
) -> None:
    reader, writer = await begin_upload(user, len(HEAD) + 500_000 + len(END))
    await until(open_files, "the file of the upload")
    await user.call("POST", "/auth/logout", {"refresh_token": user.refresh}, expect=200)
    writer.write(b"x" * 500_000 + END)
    response = await reader.readuntil(b"}")
    assert response.startswith(b"HTTP/1.1 401 ")
    assert b'"AUTH_FAILED"' in response
    writer.close()
    await until(lambda: not open_files(), "its end")
    assert file_store.names() == []


async def test_concurrent_uploads_of_a_user_are_limited(user: SignedInUser, settings: Settings) -> None:
    """The ninth is refused, at a limited rate, while eight arrive, and accepted once one of them has ended."""
    settings.REQUEST_REFUSAL_RATE = "1/600"
    writers = [(await begin_upload(user, 9_000))[1] for _ in range(8)]
    await until(lambda: len(open_files()) == 8, "eight uploads")
    body = await send(user, HEAD + b"text" + END, expect=429)
    assert body["code"] == "RATE_LIMIT_EXCEEDED"
    with pytest.raises(aiohttp.ClientConnectionError):
        await send(user, HEAD + b"text" + END, expect=429)
    writers[0].close()
    await until(lambda: len(open_files()) == 7, "the end of one")
    assert (await attach(user, b"text", "a.txt"))["bytes"] == 4
    for writer in writers:
        writer.close()


async def test_the_same_upload_at_the_same_time_is_stored_once(user: SignedInUser, file_store: FileStore) -> None:
    key = str(uuid4())
    attachments = await asyncio.gather(*(attach(user, b"text", "a.txt", expect=None, id=key) for _ in range(5)))
    assert {one["id"] for one in attachments} == {key}
    assert (await user.call("GET", "/attachments/", expect=200))["total"] == 1
    assert len(file_store.names()) == 2


async def test_uploads_are_throttled(user: SignedInUser, settings: Settings) -> None:
    settings.THROTTLE_UPLOAD = "2/60"
    for _ in range(2):
        await attach(user, b"text", "a.txt")
    refused = await attach(user, b"text", "a.txt", expect=429)
    assert refused["code"] == "RATE_LIMIT_EXCEEDED"


async def test_head_over_the_network_ends_after_its_headers(user: SignedInUser) -> None:
    attachment = await attach(user, b"text", "a.txt")
    async with aiohttp.ClientSession(user.server.url) as session:
        async with session.head(attachment["url"]) as response:
            assert response.status == 200
            assert response.headers["Content-Length"] == "4"
        async with session.get(attachment["url"]) as response:
            assert response.headers["Content-Length"] == "4"
            assert await response.read() == b"text"


@contextmanager
def limit_file_size(size: int) -> Iterator[None]:
    """Let this process, which is the server, write no file beyond this size, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_an_upload_that_the_disk_has_no_room_for_is_an_outage(user: SignedInUser, read_log: ReadLog) -> None:
    with limit_file_size(8 * 1024 * 1024):
        refused = await send(user, in_pieces(12 * 1024 * 1024), expect=503)
    assert_outage(refused, "OSError EFBIG", read_log)
    await until(lambda: not open_files(), "the end of the upload")
    await attach(user, b"Hello", "a.txt")


async def test_an_upload_without_a_folder_is_an_outage(
    user: SignedInUser, incoming: Path, settings: Settings, read_log: ReadLog
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = incoming / "missing"
    assert_outage(await send(user, in_pieces(65536), expect=503), "FileNotFoundError", read_log)


def assert_outage(refused: dict[str, Any], error: str, read_log: ReadLog) -> None:
    assert refused["code"] == "INTERNAL_ERROR"
    (line,) = [line for line in read_log() if line["level"] in {"warning", "error"}]
    assert (line["event"], line["level"], line["error"]) == ("upload_not_taken", "warning", error)
