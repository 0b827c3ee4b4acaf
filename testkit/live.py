"""The real server in a thread of the test's process, on a free port, and users of it."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any, Self, override
from uuid import uuid4

import pytest
import uvicorn
from pytest_django import Settings

from apps.chat.log.registry import get_stream_log
from apps.chat.providers.catalogue.model_catalogue import get_catalogue
from apps.core.database import run_in_database
from server.serve import ChatServer, make_config
from testkit.accounts import sign_up_directly
from testkit.api_user import ApiUser, LocalServer, Server
from testkit.database_threads import wait_for_database_threads
from testkit.fakes.model_server import ModelServer
from testkit.ports import reserved_port
from testkit.socket_client import ChatSocket


class LiveServer(LocalServer):
    """The server at a reserved port, which can be stopped and started again; the database keeps its content."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self._thread: threading.Thread | None = None
        self._server: _ObservedServer | None = None
        self.send_buffer: int | None = None
        """How many bytes the system takes from the server for a client that does not read; None: megabytes."""

    def start(self) -> None:
        get_catalogue.cache_clear()
        get_stream_log.cache_clear()
        listener = socket.create_server(("127.0.0.1", self.port), reuse_port=True)
        if self.send_buffer is not None:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.send_buffer)
        started = threading.Event()
        self._server = _ObservedServer(make_config(host="127.0.0.1", port=self.port), started)
        self._thread = threading.Thread(target=self._server.run, args=([listener],), name="live-server")
        self._thread.start()
        if not started.wait(40):
            raise RuntimeError("the server did not start")

    def stop(self) -> None:
        if self._server is None or self._thread is None:
            return
        self._server.end()
        self._thread.join(40)
        if self._thread.is_alive():
            raise RuntimeError("the server did not stop")
        self._server = self._thread = None
        wait_for_database_threads()

    def restart(self) -> None:
        self.stop()
        self.start()


class _ObservedServer(ChatServer):
    def __init__(self, config: uvicorn.Config, started: threading.Event) -> None:
        super().__init__(config)
        self._started = started
        self._end = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def end(self) -> None:
        """End it immediately; uvicorn itself checks only every 0.1 seconds."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._end.set)

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._end.wait()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop = asyncio.get_running_loop()
        self._started.set()


_opened: list[ChatSocket] = []


class SignedInUser(ApiUser):
    """A user whose sockets the fixtures close."""

    @classmethod
    async def make(cls, server: LiveServer, kind: str) -> Self:
        """Sign up a new user of the server of this process, whose name begins with `kind`."""
        name = f"{kind}-{uuid4().hex[:12]}"
        tokens = await run_in_database(sign_up_directly, name)
        return cls(server, name, tokens.access, tokens.refresh)

    @classmethod
    async def register(cls, server: Server) -> Self:
        """Sign up a new user of any server, over HTTP."""
        user = cls(server, f"user-{uuid4().hex[:12]}")
        await user.sign_up()
        return user

    @override
    async def connect_to(self, url: str, **options: Any) -> ChatSocket:
        opened = await super().connect_to(url, **options)
        _opened.append(opened)
        return opened


async def drop_connections() -> None:
    """Cut every connection that a user has opened in this test.

    The end of a server does not close them all: a connection whose frames nothing reads is paused, and a paused one
    does not notice that the other side has closed.
    """
    while _opened:
        await _opened.pop().drop()


@pytest.fixture
def chat_server(transactional_db: None, model_server: ModelServer, settings: Settings) -> Iterator[LiveServer]:
    """The whole product, with the fake model."""
    settings.OPENAI_BASE_URL = model_server.base_url
    settings.OPENAI_API_KEY = "test-key"
    settings.AI_MODELS = ["fake-model"]
    for throttle in ("REGISTER", "LOGIN", "REFRESH", "ANONYMOUS", "USER"):
        setattr(settings, f"THROTTLE_{throttle}", "off")
    with reserved_port() as port:
        server = LiveServer(port)
        server.start()
        yield server
        server.stop()


@pytest.fixture
async def user(chat_server: LiveServer) -> Any:
    """A user who has just signed up."""
    yield await SignedInUser.make(chat_server, "user")
    await drop_connections()


@pytest.fixture
async def other_user(chat_server: LiveServer) -> Any:
    """Another user who has just signed up."""
    yield await SignedInUser.make(chat_server, "other")
    await drop_connections()


async def until(condition: Callable[[], Any], what: str, patience: float = 40.0) -> Any:
    """Wait until `condition` returns a true value, and return that; for changes that no frame or event announces."""
    deadline = asyncio.get_running_loop().time() + patience
    while not (result := condition()):
        assert asyncio.get_running_loop().time() < deadline, f"timed out waiting for {what}"
        await asyncio.sleep(0.01)
    return result


async def pause() -> None:
    """Leave the server alone for a moment, between two requests of a test that asks until something has changed."""
    await asyncio.sleep(0.05)
