"""The clients that an attack must not harm: `python -m attacks.bystanders URL`.

Twenty streams run and `/api/health/live` is probed. It writes READY when all streams run. After the line BEGIN on
standard input it measures from then on; after any other it stops the streams, checks that they lost nothing, and writes
its figures as JSON.
"""

import asyncio
import json
import secrets
import sys
import time
from dataclasses import asdict, dataclass, field
from itertools import cycle
from typing import Any

import aiohttp

from testkit.socket_client import ChatSocket

USERS, STREAMS = 4, 20
TOKENS_PER_SECOND = 20
TOKENS = 4000
"""More than are written while an attack runs; the fake model makes them all before the first."""

BEGIN = "BEGIN"
SETUP_CODE = "bystanders-only"
"""Servers behind a proxy ask the first account for it."""

WARM_UP_SECONDS = 2.0
PROBE_SECONDS = 0.05
REQUEST_SECONDS = 0.1
ONE_PROBE_SECONDS = 15.0


@dataclass
class Figures:
    """Figures of the bystanders; times are in milliseconds."""

    probes: list[float] = field(default_factory=list)
    requests: list[float] = field(default_factory=list)
    """Requests of signed-in users."""
    gaps: list[float] = field(default_factory=list)
    """Times between two frames of one stream."""
    faults: list[str] = field(default_factory=list)


class Bystanders:
    """The clients of one server."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._over = asyncio.Event()
        self._tokens: list[str] = []
        self.figures = Figures()

    async def run(self) -> None:
        """Stream and probe until standard input has a line."""
        async with aiohttp.ClientSession() as http:
            sockets = [socket for number in range(USERS) for socket in await self._open(http, number)]
            streams = [asyncio.create_task(self._read(socket)) for socket in sockets]
            await asyncio.sleep(WARM_UP_SECONDS)
            self.figures.gaps.clear()
            print("READY", flush=True)
            probes = asyncio.gather(self._probe(), self._request())
            while (await asyncio.to_thread(sys.stdin.readline)).strip() == BEGIN:
                self.figures.probes.clear()
                self.figures.requests.clear()
                self.figures.gaps.clear()
            self._over.set()
            await probes
            for outcome in await asyncio.gather(*streams, return_exceptions=True):
                if isinstance(outcome, BaseException):
                    self.figures.faults.append(repr(outcome))

    async def _open(self, http: aiohttp.ClientSession, number: int) -> list[ChatSocket]:
        account = {"username": f"bystander-{number}", "email": f"b{number}@example.org"}
        account["password"] = secrets.token_urlsafe(24)
        await self._post(http, "/auth/register", {**account, "setup_code": SETUP_CODE})
        access = (await self._post(http, "/auth/token/pair", account))["access"]
        self._tokens.append(access)
        sockets = []
        for _ in range(STREAMS // USERS):
            conversation = await self._post(http, "/conversations/", {"title": "Mine"}, access)
            url = f"{self._url.replace('http', 'ws', 1)}/ws/chat/{conversation['id']}/"
            socket = await ChatSocket.open(url)
            await socket.sign_in(access)
            await socket.ask(f"[[rate={TOKENS_PER_SECOND}]] [[tokens={TOKENS}]] Go")
            await socket.expect("chat.stream")
            sockets.append(socket)
        return sockets

    async def _post(self, http: aiohttp.ClientSession, path: str, body: dict[str, Any], access: str = "") -> Any:  # noqa: ANN401  (any JSON)
        headers = {"Authorization": f"Bearer {access}"} if access else {}
        async with http.post(f"{self._url}/api{path}", json=body, headers=headers) as response:
            response.raise_for_status()
            return await response.json()

    async def _read(self, socket: ChatSocket) -> None:
        """Read one stream; `ChatSocket` raises if a frame is missing or repeated."""
        before = time.perf_counter()
        is_stopped = False
        while True:
            frame = await socket.receive()
            now = time.perf_counter()
            if frame.get("done"):
                break
            if self._over.is_set() and not is_stopped:
                is_stopped = True
                await socket.send("chat.stop")
            if not is_stopped:
                self.figures.gaps.append((now - before) * 1000)
            before = now
        await socket.connection.close()

    async def _probe(self) -> None:
        """Request the liveness check repeatedly."""
        while not self._over.is_set():
            await self._time("/health/live", {}, self.figures.probes)
            await asyncio.sleep(PROBE_SECONDS)

    async def _request(self) -> None:
        """Request an account repeatedly, as one user after the other."""
        for access in cycle(self._tokens):
            if self._over.is_set():
                return
            await self._time("/auth/me", {"Authorization": f"Bearer {access}"}, self.figures.requests)
            await asyncio.sleep(REQUEST_SECONDS)

    async def _time(self, path: str, headers: dict[str, str], times: list[float]) -> None:
        """Make a request on a new connection, and append to `times` how long it took."""
        timeout = aiohttp.ClientTimeout(total=ONE_PROBE_SECONDS)
        began = time.perf_counter()
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, headers=headers) as http,
                http.get(f"{self._url}/api{path}") as response,
            ):
                response.raise_for_status()
        except (aiohttp.ClientError, TimeoutError) as error:
            self.figures.faults.append(f"{path}: {error!r}")
        times.append((time.perf_counter() - began) * 1000)


async def _main() -> None:
    bystanders = Bystanders(sys.argv[1])
    await bystanders.run()
    print(json.dumps(asdict(bystanders.figures)), flush=True)


if __name__ == "__main__":
    asyncio.run(_main())
