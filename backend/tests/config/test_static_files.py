"""Static files as the server answers them: from memory, on its event loop (docs/api.md: A-1.16)."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pytest_django import Settings

from apps.core.http import static_files
from apps.core.http.asgi import Application
from apps.core.http.static_files import StaticFiles
from testkit.live import LiveServer, SignedInUser
from tests.config.responses import Response

pytestmark = pytest.mark.store_independent

SCRIPT = b"console.log('hello')\n" * 100
SCRIPT_PATH = "/assets/index-a1b2c3d4.js"
MANIFEST_PATH = "/manifest.webmanifest"


class Browser:
    """A client of the server that does not decode responses."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def ask(self, path: str, method: str = "GET", **headers: str) -> Response:
        async with self._session.request(method, path, headers=headers) as response:
            return Response(response.status, response.headers, await response.read())


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """A built front end, whose files are listed once."""
    settings.WHITENOISE_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = False
    (tmp_path / "assets").mkdir()
    (tmp_path / SCRIPT_PATH[1:]).write_bytes(SCRIPT)
    (tmp_path / f"{SCRIPT_PATH[1:]}.gz").write_bytes(gzip.compress(SCRIPT))
    (tmp_path / MANIFEST_PATH[1:]).write_text("{}")
    return tmp_path


@pytest.fixture(params=[False, True], ids=["listed", "looked for"])
async def browser(
    chat_server: LiveServer, settings: Settings, folder: Path, request: pytest.FixtureRequest
) -> AsyncIterator[Browser]:
    """A browser of the server, which lists its files once or looks for each of them."""
    settings.WHITENOISE_ROOT = folder
    settings.WHITENOISE_AUTOREFRESH = request.param
    async with aiohttp.ClientSession(chat_server.url, auto_decompress=False) as session:
        yield Browser(session)


async def test_a_file_is_sent_whole_with_the_headers_of_every_response(browser: Browser) -> None:
    headers = {"X-Request-ID": "of-a-file", "Accept-Encoding": "identity"}
    for whole in [await browser.ask(SCRIPT_PATH, **headers) for _ in range(2)]:  # From the disk, then from memory.
        assert whole.status == 200
        assert whole.content == SCRIPT
        assert whole.headers["Content-Length"] == str(len(SCRIPT))
        assert whole.headers["X-Request-ID"] == "of-a-file"
        assert whole.headers["X-Content-Type-Options"] == "nosniff"
        assert "script-src 'self'" in whole.headers["Content-Security-Policy"]
        page = await browser.ask("/")
        assert set(page.headers) - set(whole.headers) <= {"X-Frame-Options", "Transfer-Encoding"}


async def test_a_browser_gets_a_file_in_an_encoding_that_it_accepts(browser: Browser) -> None:
    for _ in range(2):
        compressed = await browser.ask(SCRIPT_PATH, **{"Accept-Encoding": "gzip"})
        assert compressed.headers["Content-Encoding"] == "gzip"
        assert compressed.headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(compressed.content) == SCRIPT
        assert (await browser.ask(SCRIPT_PATH, **{"Accept-Encoding": "identity"})).content == SCRIPT


async def test_a_range_of_a_file_is_sent_alone(browser: Browser) -> None:
    for _ in range(2):
        part = await browser.ask(SCRIPT_PATH, **{"Range": "bytes=8-10", "Accept-Encoding": "identity"})
        assert part.status == 206
        assert part.content == SCRIPT[8:11]
    beyond = await browser.ask(SCRIPT_PATH, **{"Range": "bytes=9999-", "Accept-Encoding": "identity"})
    assert beyond.status == 416
    assert beyond.content == b""


async def test_a_file_that_the_browser_has_is_not_sent_again(browser: Browser) -> None:
    head = await browser.ask(SCRIPT_PATH, "HEAD", **{"Accept-Encoding": "identity"})
    assert head.status == 200
    assert head.content == b""
    assert head.headers["Content-Length"] == str(len(SCRIPT))
    unchanged = await browser.ask(SCRIPT_PATH, **{"If-None-Match": head.headers["ETag"]})
    assert unchanged.status == 304
    assert unchanged.content == b""


async def test_a_file_accepts_no_post(browser: Browser) -> None:
    assert (await browser.ask(SCRIPT_PATH, "POST")).status == 405


async def test_a_file_is_answered_however_many_requests_are_in_flight(
    browser: Browser, user: SignedInUser, settings: Settings
) -> None:
    settings.REQUESTS_IN_FLIGHT = 0
    await user.call("GET", "/auth/me", expect=503)
    assert (await browser.ask(MANIFEST_PATH)).status == 200


async def pass_on(*_: Any) -> Any:
    raise AssertionError("it is a file")


async def ask_application(application: Application, path: str, method: str = "GET", client: str = "192.0.2.1") -> bytes:
    """Ask an ASGI application for a file, and return its content."""
    sent: list[Mapping[str, Any]] = []

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    headers = [(b"host", b"localhost")]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
    await application({**scope, "client": (client, 1)}, pass_on, send)
    assert sent[0]["status"] == 200
    return bytes(sent[1]["body"])


async def test_the_files_that_were_asked_for_last_are_kept_in_memory(folder: Path) -> None:
    application = StaticFiles(pass_on, max_cached_bytes=len(SCRIPT) + 1)
    assert await ask_application(application, SCRIPT_PATH) == SCRIPT
    (folder / SCRIPT_PATH[1:]).unlink()
    assert await ask_application(application, SCRIPT_PATH) == SCRIPT
    assert await ask_application(application, MANIFEST_PATH) == b"{}"
    with pytest.raises(FileNotFoundError):  # It was forgotten.
        await ask_application(application, SCRIPT_PATH)


@pytest.mark.usefixtures("folder")
async def test_client_networks_take_turns_and_a_pass_answers_few_files() -> None:
    """Sixty requests arrive at once, and then one of another client: it waits for a few of them only."""
    application = StaticFiles(pass_on)
    answered: list[str] = []

    async def ask(client: str) -> None:
        await ask_application(application, MANIFEST_PATH, "HEAD", client)
        answered.append(client)

    async with asyncio.TaskGroup() as group:
        for client in ["192.0.2.1"] * 60 + ["192.0.2.2"]:
            group.create_task(ask(client))
        max_in_a_pass = before = 0
        while len(answered) < 61:
            await asyncio.sleep(0)
            max_in_a_pass = max(max_in_a_pass, len(answered) - before)
            before = len(answered)
    assert answered.index("192.0.2.2") <= static_files.MAX_PER_NETWORK
    assert max_in_a_pass <= static_files.MAX_PER_PASS
