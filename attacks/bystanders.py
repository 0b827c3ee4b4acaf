"""The bystanders, clients that an attack must not harm: `python -m attacks.bystanders PORT`, a separate process.

They read twenty streams, probe `/api/health/live` and send requests of signed-in users. The process prints READY when
all streams run. The line BEGIN on standard input starts the measurement again; any other line stops the streams. Then
the process checks that they lost nothing, and prints its figures as JSON.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from itertools import cycle

import aiohttp

from testkit.api_user import ApiUser, LocalServer
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
    failures: list[str] = field(default_factory=list)


class Bystanders:
    """The clients of one server."""

    def __init__(self, server: LocalServer) -> None:
        self._server = server
        self._over = asyncio.Event()
        self._users: list[ApiUser] = []
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
                    self.figures.failures.append(repr(outcome))

    async def _open(self, http: aiohttp.ClientSession, number: int) -> list[ChatSocket]:
        user = ApiUser(self._server, f"bystander-{number}", http=http)
        await user.sign_up(setup_code=SETUP_CODE)
        self._users.append(user)
        sockets = [await user.enter(await user.new_conversation(title="Mine")) for _ in range(STREAMS // USERS)]
        for socket in sockets:
            await socket.ask(f"[[rate={TOKENS_PER_SECOND}]] [[tokens={TOKENS}]] Go")
            await socket.expect("chat.stream")
        return sockets

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
        for user in cycle(self._users):
            if self._over.is_set():
                return
            await self._time("/auth/me", user.headers, self.figures.requests)
            await asyncio.sleep(REQUEST_SECONDS)

    async def _time(self, path: str, headers: dict[str, str], times: list[float]) -> None:
        """Make a request on a new connection, and append to `times` how long it took."""
        timeout = aiohttp.ClientTimeout(total=ONE_PROBE_SECONDS)
        began = time.perf_counter()
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, headers=headers) as http,
                http.get(f"{self._server.url}/api{path}") as response,
            ):
                response.raise_for_status()
        except (aiohttp.ClientError, TimeoutError) as error:
            self.figures.failures.append(f"{path}: {error!r}")
        times.append((time.perf_counter() - began) * 1000)


async def _main() -> None:
    bystanders = Bystanders(LocalServer(int(sys.argv[1])))
    await bystanders.run()
    print(json.dumps(asdict(bystanders.figures)), flush=True)


if __name__ == "__main__":
    asyncio.run(_main())
