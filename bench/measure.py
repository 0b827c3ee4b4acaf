"""One measurement of a contender under a load: what its users saw, and what the machine spent."""

import asyncio
import math
import os
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from bench.contenders import Contender
from bench.cpu import CpuReading
from bench.load_protocol import GO, LEAVE, Endpoint, LoadRequest, LoadResult, Report
from bench.stages import QUESTIONS_PER_SECOND, Stage
from testkit.programs import STARTING_SECONDS, Program, StartError, running

CONNECTING_SECONDS = 60.0
SATURATED = 0.92
STARVED = 0.04
MIN_WINDOW_SECONDS = 0.3
"""CPU is counted in hundredths of a second, so a shorter window is not meaningful."""
CORES = os.cpu_count() or 1


class CpuShares(msgspec.Struct, frozen=True):
    """Cores in use while all answers flowed; `elsewhere` is the work of other programs, which blurs the figures."""

    server: float
    stores: float
    driver: float
    model: float
    elsewhere: float
    idle: float


class Measured(msgspec.Struct, frozen=True):
    result: LoadResult
    shares: CpuShares
    turns: int
    cpu_ms: float
    """CPU of the server and its stores from the first question until they are idle: with titles and closing work."""

    @property
    def cpu_ms_per_turn(self) -> float:
        return self.cpu_ms / self.turns

    @property
    def cpu_ms_per_1000(self) -> float:
        """The CPU per 1,000 tokens, with their turns."""
        return self.cpu_ms / max(self.result.tokens, 1) * 1000

    @property
    def relay_p95(self) -> float:
        """The delay of a token in ms while all answers flowed, or of the whole run if they never all did."""
        delay = self.result.delay or self.result.delay_overall
        return delay.p95 if delay else math.inf

    @property
    def saturated(self) -> bool:
        """Whether the server used all of its CPU, so that delays are spent in a queue."""
        return self.shares.server >= SATURATED

    @property
    def starved(self) -> bool:
        """Whether the machine had no idle CPU left."""
        return self.shares.idle < STARVED * CORES

    @property
    def stream_errors(self) -> int:
        """The number of lost and repeated tokens, and of answers that did not complete."""
        return self.result.lost + self.result.repeated + self.result.unfinished

    @property
    def speed(self) -> float | None:
        """Tokens per second, from the first one to the last."""
        return self.result.tokens / self.result.seconds if self.result.seconds else None


class Memory(msgspec.Struct, frozen=True):
    """Resident bytes: after the start, after one turn, and per idle signed-in socket."""

    started: int
    warm: int
    socket: float


class LoadRunner:
    """Puts loads on contenders, which all use the same fake model."""

    def __init__(self, scratch: Path, model: Program) -> None:
        self._scratch = scratch
        self._model = model

    async def run(
        self,
        contender: Contender,
        stage: Stage,
        *,
        endpoints: Sequence[Endpoint] | None = None,
        begun: asyncio.Event | None = None,
        beside: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> Measured:
        """Put the load of `stage` on `contender`, set `begun`, and wait until the contender is idle again.

        The users have new conversations, unless `endpoints` says where they ask. `beside` starts when all answers flow.
        """
        endpoints = await contender.endpoints(stage.users) if endpoints is None else endpoints
        async with self._driver(contender, stage, endpoints) as driver:
            await _expect_event(driver, "connected", CONNECTING_SECONDS)
            await contender.program.wait_until_idle()
            programs = (contender.program, driver, self._model, *contender.stores)
            begin = CpuReading.now(programs)
            used = cpu_seconds(contender)
            driver.write_line(GO)
            if begun is not None:
                begun.set()
            marks: dict[str, CpuReading] = {}
            async with asyncio.TaskGroup() as group:
                while (report := await _read(driver, stage.deadline + 10)).result is None:
                    marks[report.event] = CpuReading.now(programs)
                    if report.event == "steady" and beside is not None:
                        group.create_task(beside())
                result, over = report.result, CpuReading.now(programs)
            await contender.program.wait_until_idle()
            used = cpu_seconds(contender) - used
            driver.write_line(LEAVE)
            await driver.finish()
        window = (marks.get("steady", begin), marks.get("ending", over))
        if window[1].seconds - window[0].seconds < MIN_WINDOW_SECONDS:
            window = (begin, over)
        return Measured(result, _shares(*window), stage.users, used * 1000)

    async def measure_memory(self, contender: Contender, warm_up: Stage, sockets: int) -> Memory:
        """Measure the memory of a contender that has just started."""
        program = contender.program
        await program.wait_until_idle()
        started = program.resident_bytes()
        await self.run(contender, warm_up)
        warm = program.resident_bytes()
        half = sockets // 2
        endpoints = await contender.endpoints(2 * half)
        # The first half of the sockets fills free memory of the heap; only the second shows what a socket needs.
        async with self._idle(contender, endpoints[:half]):
            await program.wait_until_idle()
            with_half = program.resident_bytes()
            async with self._idle(contender, endpoints[half:]):
                await program.wait_until_idle()
                with_all = program.resident_bytes()
        return Memory(started, warm, (with_all - with_half) / half)

    @asynccontextmanager
    async def _idle(self, contender: Contender, endpoints: list[Endpoint]) -> AsyncGenerator[None]:
        """Keep users connected and signed in, without commands."""
        async with self._driver(contender, None, endpoints) as driver:
            await _expect_event(driver, "connected", CONNECTING_SECONDS)
            yield
            driver.write_line(LEAVE)
            await driver.finish()

    @asynccontextmanager
    async def _driver(
        self, contender: Contender, stage: Stage | None, endpoints: Sequence[Endpoint]
    ) -> AsyncGenerator[Program]:
        request = LoadRequest(
            port=contender.port,
            endpoints=list(endpoints),
            demand=stage.demand if stage else None,
            pace=stage.pace if stage else QUESTIONS_PER_SECOND,
            deadline=stage.deadline if stage else 0.0,
        )
        async with running("driver", ["-m", "bench.load"], self._scratch / "driver.log") as driver:
            driver.write_line(msgspec.json.encode(request))
            yield driver


@asynccontextmanager
async def fake_model(scratch: Path) -> AsyncGenerator[tuple[LoadRunner, str]]:
    """Run the fake model, and yield a load runner that uses it, and its base URL."""
    async with running("model", ["-m", "bench.fake_model"], scratch / "model.log") as model:
        port = int(await model.read_line(STARTING_SECONDS))
        yield LoadRunner(scratch, model), f"http://127.0.0.1:{port}/v1"


def cpu_seconds(contender: Contender) -> float:
    """Return the CPU that a server and its stores have used so far."""
    return contender.program.cpu_seconds() + sum(store.cpu_seconds() for store in contender.stores)


async def _read(driver: Program, within: float) -> Report:
    return msgspec.json.decode(await driver.read_line(within), type=Report)


async def _expect_event(driver: Program, event: str, within: float) -> None:
    report = await _read(driver, within)
    if report.event != event:
        raise StartError(f"The driver says {report.event}, not {event}.")


def _shares(begin: CpuReading, end: CpuReading) -> CpuShares:
    busy, idle, seconds = end.busy - begin.busy, end.idle - begin.idle, end.seconds - begin.seconds
    server, driver, model, *stores = (
        after - before for before, after in zip(begin.programs, end.programs, strict=True)
    )
    return CpuShares(
        server=server / seconds,
        stores=sum(stores) / seconds,
        driver=driver / seconds,
        model=model / seconds,
        elsewhere=max(0.0, busy - server - driver - model - sum(stores)) / seconds,
        idle=idle / seconds,
    )
