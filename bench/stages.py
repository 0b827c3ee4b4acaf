"""Stages, the loads of a run (how many users ask, at which rate, for how long), and plans: which stages a run has."""

from collections.abc import Collection
from typing import Self

import msgspec

from bench.demand import Demand

QUESTIONS_PER_SECOND = 50.0
"""Questions per second at the beginning of a stage whose starts are spread."""

TURNS = "turns of one token"
FLAT_OUT = "flat out"

STAGES = ("turns", "bursts", "flat-out", "spread")
SCENARIOS = ("sign-ins", "uploads", "workers", "long", "search")
PARTS = ("start", "memory", *STAGES, *SCENARIOS)
"""Parts of a run that can be chosen; the starts and memory, the stages by their kind, the scenarios."""


class Stage(msgspec.Struct, frozen=True):
    """A load: `users` users, each with the same demand, who ask `pace` per second."""

    name: str
    users: int
    demand: Demand
    pace: float
    deadline: float
    part: str = ""

    @classmethod
    def turns(cls, turns: int) -> Self:
        """Return answers of one token, well apart: what a turn costs by itself, on a server with little to do."""
        return cls(TURNS, turns, Demand(rate=0, tokens=1), 15.0, turns / 15 + 20, "turns")

    @classmethod
    def burst(cls, users: int, tokens: int) -> Self:
        """Return `users` answers of 50 tokens per second, all of which are asked for within one second."""
        name, demand = f"{users} users in one second", Demand(rate=50, tokens=tokens)
        return cls(name, users, demand, float(users), tokens / 50 + 40, "bursts")

    @classmethod
    def spread(cls, users: int, seconds: float) -> Self:
        """Return `users` answers of 50 tokens per second, asked for one by one; all flow for at least `seconds`."""
        length = users / QUESTIONS_PER_SECOND + seconds
        demand = Demand(rate=50, tokens=int(50 * length))
        return cls(f"{users} users, spread", users, demand, QUESTIONS_PER_SECOND, 3 * length + 10, "spread")

    @classmethod
    def flat_out(cls, tokens: int) -> Self:
        """Return eight answers, each as fast as its reader takes it."""
        return cls(FLAT_OUT, 8, Demand(rate=0, tokens=tokens), 1000.0, 45.0, "flat-out")


class Plan(msgspec.Struct, frozen=True):
    """A run: its stages `rounds` times, for each contender in turn, within about `seconds`; then its scenarios."""

    rounds: int
    seconds: float
    stages: tuple[Stage, ...]
    once: tuple[Stage, ...]
    """Measured in the first round only."""
    idle_sockets: int
    starts: int
    seconds_beside: float
    """Seconds for which sign-ins and uploads run during streams."""
    repeats: int
    """Rounds within a scenario that has some."""
    worker_stages: tuple[Stage, Stage]
    scenarios: tuple[str, ...] = SCENARIOS
    measures_memory: bool = True

    @classmethod
    def full(cls) -> Self:
        """Return the run whose figures count, in about a quarter of an hour."""
        flat_out, burst = Stage.flat_out(20_000), Stage.burst(200, 200)
        stages = (Stage.turns(75), Stage.burst(50, 200), burst, flat_out)
        once = (Stage.spread(50, 4), Stage.spread(200, 5))
        return cls(3, 420, stages, once, 500, 3, 8.0, 3, (flat_out, burst))

    @classmethod
    def quick(cls) -> Self:
        """Return a rough run of the stages, in about a minute and a half; scenarios only if they are chosen."""
        flat_out, burst = Stage.flat_out(10_000), Stage.burst(200, 100)
        stages = (Stage.turns(40), Stage.burst(50, 100), burst, flat_out)
        return cls(1, 100, stages, (), 300, 1, 4.0, 1, (flat_out, burst), scenarios=())

    def choose(self, parts: Collection[str]) -> Self:
        """Return the same plan with these of `PARTS` alone."""
        return msgspec.structs.replace(
            self,
            stages=tuple(stage for stage in self.stages if stage.part in parts),
            once=tuple(stage for stage in self.once if stage.part in parts),
            scenarios=tuple(scenario for scenario in SCENARIOS if scenario in parts),
            measures_memory="memory" in parts,
            starts=self.starts if "start" in parts else 1,
        )


WARM_UP = Stage("warm-up", 1, Demand(rate=0, tokens=20), QUESTIONS_PER_SECOND, 30.0)
