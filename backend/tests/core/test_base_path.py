"""A server below a path of its host, behind proxies that remove the path and proxies that pass it on."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from testkit.accounts import PASSWORD
from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser, drop_connections
from testkit.path_proxy import PathProxy
from testkit.server_process import ServerProcess
from tests.chat.attachments.files import png
from tests.chat.attachments.sending import attach
from tests.chat.openai.programs import make_key, open_client

pytestmark = [pytest.mark.store_independent, pytest.mark.timeout(180)]

BASE = "/team/chat"
SETUP_CODE = "a-code-of-this-test"
HTTPS = {"X-Forwarded-Proto": "https"}


@pytest.fixture
async def server(data_folder: Path, model_server: ModelServer) -> AsyncIterator[ServerProcess]:
    model = {"OPENAI_BASE_URL": model_server.base_url, "OPENAI_API_KEY": "test-key", "AI_MODELS": "fake-model"}
    access = {"BASE_PATH": BASE, "TRUSTED_PROXIES": "127.0.0.1", "SETUP_CODE": SETUP_CODE}
    process = ServerProcess(data_folder, model | access)
    await process.start()
    yield process
    await drop_connections()
    await process.kill()


@pytest.fixture(params=[True, False], ids=["removes the path", "passes the path on"])
async def proxy(server: ServerProcess, request: pytest.FixtureRequest) -> AsyncIterator[PathProxy]:
    proxy = PathProxy(server.port, BASE, strips=request.param)
    await proxy.start()
    yield proxy
    await proxy.stop()


class Browser:
    """Keeps cookies, and asks for absolute paths, as pages do."""

    def __init__(self, proxy: PathProxy) -> None:
        self.origin = proxy.url.removesuffix(BASE)
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def ask(self, method: str, path: str, **options: Any) -> tuple[aiohttp.ClientResponse, str]:
        """Return the response to one request, without following redirects, and its text."""
        async with self.session.request(method, self.origin + path, allow_redirects=False, **options) as response:
            return response, await response.text(errors="replace")


@pytest.fixture
async def browser(proxy: PathProxy) -> AsyncIterator[Browser]:
    browser = Browser(proxy)
    yield browser
    await browser.session.close()


async def test_each_part_of_the_product_is_served_below_the_path(
    proxy: PathProxy, browser: Browser, server: ServerProcess, subtests: pytest.Subtests
) -> None:
    user = SignedInUser(proxy, f"user-{uuid4().hex[:12]}")
    account = {"email": f"{user.name}@example.org", "username": user.name, "password": PASSWORD}
    await user.call("POST", "/auth/register", account | {"setup_code": SETUP_CODE}, expect=201)
    await user.sign_in()
    checks: dict[str, Callable[[], Awaitable[None]]] = {
        "a chat": partial(check_a_chat, user),
        "files": partial(check_files, user, browser),
        "programs": partial(check_programs, user),
        "descriptions": partial(check_descriptions, browser),
        "cookies": partial(check_cookies, user, browser),
        "the administration": partial(check_the_administration, user, browser),
        "other URLs": partial(check_urls, browser),
        "the server itself": partial(check_the_server_itself, server),
    }
    for name, check in checks.items():
        with subtests.test(name):
            await check()


async def check_a_chat(user: SignedInUser) -> None:
    conversation_id = await user.new_conversation()
    socket = await user.enter(conversation_id)
    answer = await socket.ask_to_the_end("[[tokens=3]] Hello")
    assert answer.content == "w1 w2 w3 "
    events = await user.connect_to(f"{user.server.socket_url}/ws/events/")
    await events.sign_in(user.access)
    url = f"{user.server.url}/api/conversations/{conversation_id}/events"
    async with aiohttp.request("GET", url, headers=user.headers) as stream:
        assert stream.content_type == "text/event-stream"
        assert (await stream.content.readline()).strip()


async def check_files(user: SignedInUser, browser: Browser) -> None:
    # Larger than the body of any other request.
    taken = await attach(user, png() + b"\0" * 400_000)
    for url in (taken["url"], taken["thumbnail_url"]):
        assert url.startswith(f"{BASE}/api/attachments/")
        response, _ = await browser.ask("GET", url)
        assert response.status == 200
        assert response.content_type.split("/")[0] == "image"
    refused = {"Authorization": f"Bearer {user.access}", "Content-Type": "application/json"}
    response, text = await browser.ask("POST", f"{BASE}/api/conversations/", data=b" " * 400_000, headers=refused)
    assert response.status == 413
    assert "TOO_LARGE" in text


async def check_programs(user: SignedInUser) -> None:
    key = (await make_key(user))["key"]
    async with open_client(user.server, key) as client:
        assert [model.id async for model in client.models.list()] == ["fake-model"]
        completion = await client.chat.completions.create(
            model="fake-model", messages=[{"role": "user", "content": "[[tokens=2]]"}]
        )
    assert completion.choices[0].message.content == "w1 w2 "


async def check_descriptions(browser: Browser) -> None:
    response, _ = await browser.ask("GET", f"{BASE}/api/openapi.json")
    described = await response.json()
    assert described["servers"] == [{"url": BASE}]
    assert "/api/auth/me" in described["paths"]
    response, _ = await browser.ask("GET", f"{BASE}/api/protocol.json")
    assert (await response.json())["servers"]["this"]["pathname"] == BASE
    response, text = await browser.ask("GET", f"{BASE}/api/docs")
    assert f"{BASE}/api/openapi.json" in text
    assert all(url.startswith(f"{BASE}/") for url in re.findall(r'(?:src|href)="([^"]+)"', text))


async def check_cookies(user: SignedInUser, browser: Browser) -> None:
    account = {"username": user.name, "password": PASSWORD}
    response, _ = await browser.ask("POST", f"{BASE}/api/auth/token/pair", json=account)
    assert response.cookies["refresh_token"]["path"] == f"{BASE}/api/auth/"
    response, _ = await browser.ask("POST", f"{BASE}/api/auth/token/pair", json=account, headers=HTTPS)
    cookie = response.cookies["__Secure-refresh_token"]
    assert cookie["path"] == f"{BASE}/api/auth/"
    assert cookie["secure"] is True
    assert cookie["httponly"] is True
    sent = {"Cookie": f"{cookie.key}={cookie.value}", "Origin": browser.origin, **HTTPS}
    response, _ = await browser.ask("POST", f"{BASE}/api/auth/token/refresh", json={}, headers=sent)
    assert response.status == 200
    access = (await response.json())["access"]
    sent |= {"Cookie": f"{cookie.key}={response.cookies[cookie.key].value}", "Authorization": f"Bearer {access}"}
    response, _ = await browser.ask("POST", f"{BASE}/api/auth/logout", json={}, headers=sent)
    assert {cookie["path"] for cookie in response.cookies.values()} == {f"{BASE}/api/auth/"}


async def check_the_administration(user: SignedInUser, browser: Browser) -> None:
    """The first account is its administrator."""
    response, _ = await browser.ask("GET", f"{BASE}/admin/users/user/")
    sign_in = f"{BASE}/admin/login/?next={BASE}/admin/users/user/"
    assert response.headers["Location"] == sign_in
    response, text = await browser.ask("GET", sign_in)
    styles = re.findall(r'(?:src|href)="([^"]+\.(?:css|js))"', text)
    assert {url[: len(BASE) + 8] for url in styles} == {f"{BASE}/static/"}
    form = {"username": user.name, "password": PASSWORD}
    response, _ = await post_form(browser, sign_in, form)
    assert response.headers["Location"] == f"{BASE}/admin/users/user/"
    cookies = {cookie.key: cookie["path"] for cookie in browser.session.cookie_jar}
    assert cookies["sessionid_team_chat"] == cookies["csrftoken_team_chat"] == f"{BASE}/"
    me = await user.call("GET", "/auth/me")
    reset = {"action": "make_reset_links", "_selected_action": me["id"]}
    response, text = await post_form(browser, f"{BASE}/admin/users/user/", reset)
    assert f"{browser.origin}{BASE}/reset-password#token=" in text


async def post_form(browser: Browser, path: str, form: dict[str, str]) -> tuple[aiohttp.ClientResponse, str]:
    token = next(cookie.value for cookie in browser.session.cookie_jar if cookie.key.startswith("csrftoken"))
    headers = {"Referer": browser.origin + path}
    return await browser.ask("POST", path, data={**form, "csrfmiddlewaretoken": token}, headers=headers)


async def check_urls(browser: Browser) -> None:
    response, text = await browser.ask("GET", f"{BASE}/api/nothing-here")
    assert response.status == 404
    assert "NOT_FOUND" in text
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    response, text = await browser.ask("GET", f"{BASE}/v1/nothing-here")
    assert response.status == 404
    assert '"invalid_request_error"' in text
    response, _ = await browser.ask("GET", f"{BASE}/c/nothing-here")
    assert response.headers["Content-Security-Policy"].startswith("default-src 'self'")


async def check_the_server_itself(server: ServerProcess) -> None:
    async with aiohttp.ClientSession(server.url) as session:
        async with session.get(f"{BASE}?a=b", allow_redirects=False) as response:
            assert response.status == 307
            assert response.headers["Location"] == f"{BASE}/?a=b"
        async with session.get("/api/health/ready") as response:
            assert response.status == 200
        async with session.get(f"{BASE}x/api/health/ready") as response:
            assert response.content_type != "application/json"
