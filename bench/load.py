"""The load driver, `python -m bench.load`: a separate process, so that it shares no event loop with what it measures.

The first line of its input is a `LoadRequest`: it connects its users (event `connected`). On `go`, each user asks one
question (events `steady`, `ending`, `ended`). On `leave`, or at the end of its input, it closes the sockets.
"""

import asyncio
import gc
import sys
from array import array
from contextlib import suppress
from itertools import chain
from time import monotonic_ns

import msgspec
import uvloop

from bench.load_protocol import GO, Endpoint, LoadRequest, LoadResult, Report
from bench.tally import Tally, spread
from bench.websocket import ClientSocket

CONNECTING_AT_ONCE = 20
LEAVING_SECONDS = 5.0
NS_TO_MS = 1e-6


class ServerFrame(msgspec.Struct):
    """The fields of a server's frame that matter here."""

    type: str
    content: str = ""
    done: bool = False
    status: str = "complete"
    code: str = ""


class Command(msgspec.Struct, omit_defaults=True):
    type: str
    token: str | None = None
    content: str | None = None


_read_frame = msgspec.json.Decoder(ServerFrame).decode
_encode = msgspec.json.Encoder().encode


class User(ClientSocket):
    """One user: connects to an endpoint, asks once, and counts the tokens of the answer."""

    def __init__(self, endpoint: Endpoint, driver: "LoadDriver") -> None:
        super().__init__(endpoint.path)
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.gone = asyncio.Event()
        self.failure: str | None = "no end before the deadline"
        self.tally = Tally()
        self.frames = 0
        self.asked_ns = 0
        self.first_ns = 0
        self.last_ns = 0
        self.ended = False
        self.delays_ns = array("q")
        self.received_ns = array("q")
        self._endpoint = endpoint
        self._driver = driver

    def opened(self) -> None:
        """Sign in if the endpoint has a token."""
        if self._endpoint.token is None:
            self.ready.set_result(None)
        else:
            self.send_text(_encode(Command("auth", token=self._endpoint.token)))

    def ask(self, question: str) -> None:
        self.asked_ns = monotonic_ns()
        self.send_text(_encode(Command("chat.message", content=question)))

    def text_received(self, text: bytes, now_ns: int) -> None:
        """Count the tokens of a frame, or note the end of the answer."""
        frame = _read_frame(text)
        if frame.type == "chat.stream":
            if frame.content:
                self._take(frame.content, now_ns)
            if frame.done:
                self._end(None if frame.status == "complete" else frame.status)
        elif frame.type == "auth.success":
            self.ready.set_result(None)
        elif frame.type == "chat.error":
            self._end(frame.code)

    def lost(self, why: str) -> None:
        """Note the reason as a failure, unless the answer has ended."""
        if not self.ready.done():
            self.ready.set_exception(ConnectionError(why))
        self._end(why)
        self.gone.set()

    def _take(self, content: str, now_ns: int) -> None:
        self.frames += 1
        known = len(self.delays_ns)
        self.tally.count(content, now_ns, self.delays_ns)
        self.received_ns.extend([now_ns] * (len(self.delays_ns) - known))
        self.last_ns = now_ns
        if not self.first_ns:
            self.first_ns = now_ns
            self._driver.note_first_token(now_ns)

    def _end(self, failure: str | None) -> None:
        if not self.ended and self.asked_ns:
            self.ended = True
            self.failure = failure
            self._driver.note_end()


class LoadDriver:
    """The users of one request, and what they measure together."""

    def __init__(self, request: LoadRequest) -> None:
        self.request = request
        self._users: list[User] = []
        self._waiting = len(request.endpoints)
        self._unended = len(request.endpoints)
        self._steady_ns = 0
        self._ending_ns = 0
        self._over = asyncio.Event()

    async def connect_all(self) -> None:
        """Connect all users and sign them in, at most `CONNECTING_AT_ONCE` concurrently."""
        loop = asyncio.get_running_loop()
        connecting = asyncio.Semaphore(CONNECTING_AT_ONCE)

        async def connect(endpoint: Endpoint) -> None:
            async with connecting:
                _, user = await loop.create_connection(lambda: User(endpoint, self), "127.0.0.1", self.request.port)
                await user.ready
                self._users.append(user)

        async with asyncio.TaskGroup() as group:
            for endpoint in self.request.endpoints:
                group.create_task(connect(endpoint))
        report(Report("connected"))

    async def ask(self) -> None:
        """Let each user ask, at the requested pace, and wait for the end of all answers or the deadline."""
        loop = asyncio.get_running_loop()
        demand = self.request.demand
        if demand is None:
            return
        for seed, user in enumerate(self._users):
            question = msgspec.structs.replace(demand, seed=seed).question
            loop.call_later(seed / self.request.pace, user.ask, question)
        with suppress(TimeoutError):
            async with asyncio.timeout(self.request.deadline):
                await self._over.wait()
        report(Report("ended", result=self._make_result(demand.tokens)))

    async def leave(self) -> None:
        """Close all sockets, and wait until they are closed."""
        for user in self._users:
            user.leave()
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVING_SECONDS):
                for user in self._users:
                    await user.gone.wait()

    def note_first_token(self, now_ns: int) -> None:
        self._waiting -= 1
        if not self._waiting:
            self._steady_ns = now_ns
            report(Report("steady"))

    def note_end(self) -> None:
        if not self._ending_ns:
            self._ending_ns = monotonic_ns()
            report(Report("ending"))
        self._unended -= 1
        if not self._unended:
            self._over.set()

    def _make_result(self, tokens: int) -> LoadResult:
        users = self._users
        for user in users:
            user.tally.close(tokens)
        firsts = [user.first_ns for user in users if user.first_ns]
        return LoadResult(
            tokens=sum(user.tally.received for user in users),
            lost=sum(user.tally.lost for user in users),
            repeated=sum(user.tally.repeated for user in users),
            unfinished=sum(user.failure is not None for user in users),
            failures=sorted({user.failure for user in users if user.failure is not None}),
            frames=sum(user.frames for user in users),
            seconds=(max(user.last_ns for user in users) - min(firsts)) / 1e9 if firsts else 0.0,
            first_token=spread([user.first_ns - user.asked_ns for user in users if user.first_ns], NS_TO_MS),
            delay=spread(self._steady_delays_ns(), NS_TO_MS),
            delay_overall=spread(list(chain.from_iterable(user.delays_ns for user in users)), NS_TO_MS),
        )

    def _steady_delays_ns(self) -> list[int]:
        return [
            delay
            for user in self._users
            for received, delay in zip(user.received_ns, user.delays_ns, strict=True)
            if self._steady_ns < received < self._ending_ns
        ]


def report(line: Report) -> None:
    """Write a report to standard output, for the process that sent the request."""
    sys.stdout.buffer.write(_encode(line) + b"\n")
    sys.stdout.buffer.flush()


async def _main() -> None:
    loop = asyncio.get_running_loop()
    requests = asyncio.StreamReader(limit=1 << 24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(requests), sys.stdin)
    driver = LoadDriver(msgspec.json.decode(await requests.readline(), type=LoadRequest))
    await driver.connect_all()
    if (await requests.readline()).strip() == GO:
        await driver.ask()
        await requests.readline()
    await driver.leave()


if __name__ == "__main__":
    gc.disable()  # A garbage collection would count as the server's delay.
    uvloop.run(_main())
