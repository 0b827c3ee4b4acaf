"""The images of production: their own commands, run in the order of compose, lead to a chat through the web server."""

import asyncio
import json
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from http import HTTPStatus
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import pytest

from testkit.api_user import PASSWORD
from testkit.fakes.model_server import ModelServer
from testkit.live import pause
from testkit.ports import free_port
from tests.container_images.containers import DOCKER, HOST, PATIENCE_SECONDS, Container, Images, Services, running
from tests.container_images.visitor import ADDRESS, Visitor
from tests.core.http_calls import spaces_in_chunks
from tools.repository import BACKEND

pytestmark = pytest.mark.timeout(900)

CONNECTIONS_PER_CLIENT = 512
MAX_HALF_HEAD_BYTES = 72 * 1024
"""The bytes that nginx keeps of the larger part of the largest head, with TLS: 70 KiB were measured."""

type StartWeb = Callable[[dict[str, str]], Container]


@pytest.fixture(scope="module")
def owner(images: Images, api: Container) -> str:
    """Create the administrator as the manual says; returns the user name."""
    name = f"owner-{uuid4().hex[:8]}"
    details = ("--username", name, "--email", f"{name}@example.org")
    command = images.api.start_command("createsuperuser", "--no-input", *details)
    result = images.api.run(command, api.additions | {"DJANGO_SUPERUSER_PASSWORD": PASSWORD})
    assert result.returncode == 0, result.stderr
    return name


@pytest.fixture
async def visitor(owner: str, start_web: StartWeb, web_settings: dict[str, str]) -> AsyncIterator[Visitor]:
    """The owner, signed in through the web server."""
    start_web(web_settings)
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": f"198.51.100.1, {ADDRESS}"}
    visitor = Visitor(int(web_settings["HTTP_PORT"]), headers)
    pair = await visitor.call("POST", "/auth/token/pair", {"username": owner, "password": PASSWORD})
    visitor.access = pair["access"]
    yield visitor
    await visitor.leave()


async def test_an_answer_streams_completely_through_the_web_server(visitor: Visitor) -> None:
    conversation = await visitor.call("POST", "/conversations/", {"title": "Mine"})
    opened = await visitor.enter(conversation["id"])
    answer = await opened.ask_to_the_end("[[tokens=300]] Hello")
    assert answer.content == "".join(f"w{number} " for number in range(1, 301))
    page = await visitor.call("GET", f"/conversations/{conversation['id']}/messages")
    assert [message["content"] for message in page["messages"]][1] == answer.content


async def test_the_web_server_passes_each_token_on_immediately(visitor: Visitor, model: ModelServer) -> None:
    conversation = await visitor.call("POST", "/conversations/", {"title": "Mine"})
    async with visitor.event_stream(conversation["id"]) as frames:
        question = {"type": "chat.message", "content": "[[gate=a]] [[tokens=2]] Hello", "client_id": str(uuid4())}
        await visitor.call("POST", f"/conversations/{conversation['id']}/commands", question)
        for token in ("w1 ", "w2 "):
            model.open(1, "a")
            async with asyncio.timeout(PATIENCE_SECONDS):
                assert [frame["content"] async for frame in next_frame_of(frames, "chat.stream")] == [token]


async def next_frame_of(frames: AsyncIterator[dict[str, Any]], kind: str) -> AsyncIterator[dict[str, Any]]:
    """Yield the next frame of this type, skipping others."""
    async for frame in frames:
        if frame["type"] == kind:
            yield frame
            return


async def test_a_large_body_is_refused_in_json(visitor: Visitor) -> None:
    """The API refuses bodies slightly over the limit, the web server refuses bodies far over it."""
    for size in (2_752_512, 30 * 1024 * 1024):
        for body in (spaces_in_chunks(size), BytesIO(b" " * size)):
            status, headers, text = await visitor.post("/api/conversations/", body)
            assert status == 413
            assert json.loads(text)["code"] == "TOO_LARGE"
            assert headers["Content-Type"].startswith("application/json")
            assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/api/conversations/", "/v1/chat/completions"])
async def test_a_body_is_passed_on_as_it_arrives(path: str, start_web: StartWeb, web_settings: dict[str, str]) -> None:
    """The API bounds bodies; kept until they end, a few that never do would fill the web server's /tmp."""
    arrived = asyncio.Event()

    async def read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"the beginning")
        arrived.set()
        writer.close()

    async with await asyncio.start_server(read, "127.0.0.1", 0) as api:
        start_web(web_settings | {"API_ADDRESS": f"127.0.0.1:{api.sockets[0].getsockname()[1]}"})
        _, writer = await asyncio.open_connection("127.0.0.1", int(web_settings["HTTP_PORT"]))
        lines = f"POST {path} HTTP/1.1", f"Host: {HOST}", "Content-Length: 2000000", "", "the beginning"
        writer.write("\r\n".join(lines).encode())
        async with asyncio.timeout(PATIENCE_SECONDS):
            await arrived.wait()
        writer.close()


async def test_the_address_of_a_session_is_that_of_its_client(visitor: Visitor) -> None:
    sessions = (await visitor.call("GET", "/auth/sessions/"))["sessions"]
    assert {session["address"] for session in sessions} == {ADDRESS}


async def test_the_page_and_its_files_are_served_with_their_headers(visitor: Visitor) -> None:
    status, headers, page = await visitor.get("/chat/anything")
    assert status == HTTPStatus.OK
    nonce = re.search(r"'nonce-(.+?)'", headers["Content-Security-Policy"])
    assert nonce
    assert f'content="{nonce[1]}"' in page
    paths = re.findall(r'"(/assets/[^"]+)"', page)
    assert (await visitor.get(paths[-1], **{"Accept-Encoding": "gzip"}))[1]["Content-Encoding"] == "gzip"
    for path in paths:
        status, headers, _ = await visitor.get(path)
        assert status == HTTPStatus.OK
        assert "immutable" in headers.getall("Cache-Control")[-1]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert headers["Content-Type"].startswith(("text/css", "text/javascript"))
    for path in ("/service-worker.js", "/diagram.html"):
        status, headers, _ = await visitor.get(path)
        assert status == HTTPStatus.OK
        assert headers["Cache-Control"] == "no-cache"
    assert (await visitor.get("/assets/none.js"))[0] == HTTPStatus.NOT_FOUND
    assert (await visitor.get("/static/admin/css/base.css"))[0] == HTTPStatus.OK


async def test_http_is_redirected_to_https_once(visitor: Visitor) -> None:
    status, headers, _ = await visitor.get("/", **{"X-Forwarded-Proto": "http"})
    assert status == HTTPStatus.MOVED_PERMANENTLY
    assert headers["Location"] == f"https://{HOST}/"
    status, headers, _ = await visitor.get("/")
    assert status == HTTPStatus.OK
    assert "Strict-Transport-Security" in headers


async def test_the_headers_of_an_untrusted_proxy_are_ignored(
    api: Container, start_web: StartWeb, web_settings: dict[str, str]
) -> None:
    start_web(web_settings | {"TRUSTED_PROXIES": "10.0.0.0/8"})
    stranger = Visitor(int(web_settings["HTTP_PORT"]), {"Host": HOST, "X-Forwarded-Proto": "https"})
    assert (await stranger.get("/"))[0] == HTTPStatus.MOVED_PERMANENTLY


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for the product's name, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("the certificate is made with openssl, which is not installed")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    more = ["-addext", f"subjectAltName=DNS:{HOST}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*make, *more], check=True, capture_output=True)
    return certificate, key


async def test_the_web_server_can_terminate_tls(
    api: Container, start_web: StartWeb, web_settings: dict[str, str], certificate: tuple[Path, Path]
) -> None:
    files = {"TLS_CERTIFICATE": str(certificate[0]), "TLS_KEY": str(certificate[1])}
    start_web(web_settings | {"TRUSTED_PROXIES": ""} | files)
    trust = ssl.create_default_context(cafile=certificate[0])
    plain, encrypted = web_settings["HTTP_PORT"], web_settings["HTTPS_PORT"]
    async with aiohttp.ClientSession(headers={"Host": HOST}) as session:
        async with session.get(f"http://127.0.0.1:{plain}/a?b=c", allow_redirects=False) as response:
            assert response.headers["Location"] == f"https://{HOST}/a?b=c"
        url = f"https://127.0.0.1:{encrypted}/"
        async with session.get(url, ssl=trust, server_hostname=HOST, allow_redirects=False) as response:
            assert response.status == HTTPStatus.OK


async def test_the_web_server_answers_503_while_the_api_is_down(
    start_web: StartWeb, web_settings: dict[str, str]
) -> None:
    start_web(web_settings | {"API_ADDRESS": f"127.0.0.1:{free_port()}"})
    visitor = Visitor(int(web_settings["HTTP_PORT"]), {"Host": HOST})
    status, headers, text = await visitor.get("/api/models")
    assert status == HTTPStatus.SERVICE_UNAVAILABLE
    assert headers["Retry-After"] == "5"
    assert '"code": "INTERNAL_ERROR"' in text
    assert (await visitor.get("/"))[0] == HTTPStatus.SERVICE_UNAVAILABLE


async def test_the_log_of_the_web_server_quotes_no_signature(start_web: StartWeb, web_settings: dict[str, str]) -> None:
    container = start_web(web_settings | {"API_ADDRESS": f"127.0.0.1:{free_port()}"})
    visitor = Visitor(int(web_settings["HTTP_PORT"]), {"Host": HOST})
    file = f"/api/attachments/{uuid4()}/image?session={uuid4()}&until=1&signature=0123abcd"
    for path in (file, "/api/models"):
        assert (await visitor.get(path))[0] == HTTPStatus.SERVICE_UNAVAILABLE
    container.wait_for_line("/api/models", times=1)
    assert not any("signature" in line for line in container.log)


@pytest.mark.parametrize(
    ("addresses", "other"),
    [
        (["203.0.113.7", "::ffff:203.0.113.7"], "::ffff:203.0.113.8"),
        (["2001:db8:1:2:3::4", "2001:db8:1:2::5"], "2001:db8:1:3::4"),
    ],
    ids=["IPv4", "a /64 of IPv6"],
)
async def test_connections_of_one_client_to_the_web_server_are_limited(
    start_web: StartWeb, web_settings: dict[str, str], addresses: list[str], other: str
) -> None:
    port = int(web_settings["HTTP_PORT"])

    async def ask(address: str) -> int:
        headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": address}
        return (await Visitor(port, headers).get("/assets/none.js"))[0]

    with ExitStack() as stack:
        # An API that takes connections and never answers: if it refused them, those below would end after 5 s.
        api = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=2 * CONNECTIONS_PER_CLIENT))
        start_web(web_settings | {"API_ADDRESS": f"127.0.0.1:{api.getsockname()[1]}"})

        def connect(address: str) -> None:
            opened = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            lines = "POST /api/ HTTP/1.1", f"Host: {HOST}", "X-Forwarded-Proto: https", f"X-Forwarded-For: {address}"
            opened.sendall("\r\n".join([*lines, "Content-Length: 9", "", ""]).encode())  # The body never arrives.

        for address in islice(cycle(addresses), CONNECTIONS_PER_CLIENT):
            connect(address)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await ask(addresses[-1]) != HTTPStatus.SERVICE_UNAVAILABLE:
                await pause()
                connect(addresses[-1])  # A busy machine may have lost one, or nginx has given up the first ones.
        assert await ask(other) == HTTPStatus.NOT_FOUND


def test_connections_that_send_half_a_head_fit_into_the_memory_of_the_web_server(services: Services) -> None:
    """They count towards no client yet: one alone could have the container killed, with all connections."""
    text = (DOCKER / "web" / "nginx.conf").read_text()
    processes, connections = (
        int(re.findall(rf"^ *worker_{name} (\d+);", text, re.MULTILINE)[0]) for name in ("processes", "connections")
    )
    assert "large_client_header_buffers 4 8k;" in text
    memory = services["web"]["deploy"]["resources"]["limits"]["memory"]
    assert processes * connections * MAX_HALF_HEAD_BYTES < int(memory.removesuffix("g")) * 1024**3


def test_health_checks_fail_where_no_server_runs(
    images: Images, settings: dict[str, str], web_settings: dict[str, str]
) -> None:
    unreachable = settings | {"PORT": str(free_port())}
    assert images.api.run(images.api.health_check, unreachable).returncode == 1
    assert images.web.run(images.web.health_check, web_settings).returncode != 0


def test_the_development_image_restarts_the_api_when_the_code_changes(
    images: Images, api: Container, tmp_path: Path
) -> None:
    image = images.development
    for name in ("manage.py", "config", "server", "apps"):
        copy = shutil.copytree if (BACKEND / name).is_dir() else shutil.copy
        copy(BACKEND / name, image.folder / name)
    settings = {"DATA_DIR": str(tmp_path), "PORT": str(free_port()), "DEBUG": "true"}
    settings |= {name: api.additions[name] for name in ("DATABASE_URL", "OPENAI_BASE_URL")}
    # A container has its own network; this process uses the machine's, so it must stay on loopback.
    command = [word.replace("0.0.0.0", "127.0.0.1") for word in image.start_command()]  # noqa: S104
    with running(image, command, settings) as container:
        container.wait_for_line("Uvicorn running", 1)
        (image.folder / "apps" / "new.py").write_text("")
        container.wait_for_line("Uvicorn running", 2)


def test_no_image_contains_files_of_the_developer(images: Images) -> None:
    for image in (images.api, images.web):
        names = {path.name for path in image.root.rglob("*") if ".venv" not in path.parts}
        assert names.isdisjoint({".env", ".env.local", "tests", "node_modules", "secrets", ".git"})
