"""The fault injector: causes the faults, in an order that follows from the seed."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

import redis

from faults.journal import IN_FLIGHT, REDIS_FAULTS, SOCKET_FAULTS, STORE_FAULTS, WORKER_FAULTS, Kind
from faults.proxy import Link
from faults.system import System
from faults.tab import RunState
from testkit.local_services import Service

LANES = {"workers": WORKER_FAULTS, "stores": STORE_FAULTS, "sockets": SOCKET_FAULTS}
SECONDS_PER_FAULT = 30
"""Seconds per fault of each kind: ten faults in the five minutes of a whole run."""

BUSY_SHARE = 0.9
"""The share of the run over which the faults are spread."""

OVERTIME = 2
"""A slow machine may take this many times as long; faults that have not begun by then count as missing."""

BREAK: dict[Kind, Callable[[Link], None]] = {
    Kind.CUT: Link.cut,
    Kind.RESET: Link.reset,
    Kind.HANG: Link.hang,
    Kind.SLOW: Link.slow,
}


def faults_per_kind(seconds: float) -> int:
    """Return how many faults of each kind a run of this length must have."""
    return max(1, int(seconds / SECONDS_PER_FAULT))


@dataclass
class FaultInjector:
    """Breaks workers, stores and sockets, each group in its own lane, so that faults overlap."""

    system: System
    state: RunState
    seed: int
    seconds: float

    @property
    def kinds(self) -> list[Kind]:
        kinds = [kind for lane in LANES.values() for kind in lane]
        return [kind for kind in kinds if self.system.redis is not None or kind not in REDIS_FAULTS]

    async def run(self) -> None:
        """Cause all faults, and return when everything is up again."""
        async with asyncio.TaskGroup() as group:
            for lane, kinds in LANES.items():
                rng = random.Random(f"{self.seed}-{lane}")
                group.create_task(self._run_lane([kind for kind in kinds if kind in self.kinds], rng))

    async def _run_lane(self, kinds: list[Kind], rng: random.Random) -> None:
        order = [kind for _ in range(faults_per_kind(self.seconds)) for kind in rng.sample(kinds, len(kinds))]
        begin = _now()
        pace = BUSY_SHARE * self.seconds / len(order)
        for number, kind in enumerate(order):
            await asyncio.sleep(begin + pace * (number + rng.uniform(0, 0.7)) - _now())
            if not await self._wait_until_busy(begin + OVERTIME * self.seconds):
                return
            fault = self.state.journal.begin(kind, _now(), self.state.tally.in_flight)
            print(f"{_now():10.3f}  {kind}", flush=True)
            await self._inject(kind, rng)
            fault.ended = _now()

    async def _wait_until_busy(self, until: float) -> bool:
        """Wait until `IN_FLIGHT` answers are being written; return False at the deadline."""
        while _now() < until:
            if self.state.tally.in_flight >= IN_FLIGHT:
                return True
            await asyncio.sleep(0.05)
        return False

    async def _inject(self, kind: Kind, rng: random.Random) -> None:
        index, away_seconds, share = rng.randrange(100), rng.uniform(0.5, 2.5), rng.uniform(0.2, 0.5)
        match kind:
            case Kind.KILL:
                await self.system.fleet.kill_one(index, away_seconds)
            case Kind.TERM:
                await self.system.fleet.replace_one(index)
            case Kind.ROLL:
                await self.system.fleet.roll()
            case Kind.REDIS_RESTART if self.system.redis is not None:
                await _restart(self.system.redis, away_seconds)
            case Kind.REDIS_FLUSH if self.system.redis is not None:
                await asyncio.to_thread(_flush, self.system.redis.url)
            case Kind.POSTGRES_RESTART:
                await _restart(self.system.postgres, away_seconds)
            case _:
                for link in self.system.proxy.pick(share, rng):
                    BREAK[kind](link)


async def _restart(service: Service, away_seconds: float) -> None:
    await asyncio.to_thread(service.stop)
    await asyncio.sleep(away_seconds)
    await asyncio.to_thread(service.start)


def _flush(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        client.flushall()


def _now() -> float:
    return asyncio.get_running_loop().time()
