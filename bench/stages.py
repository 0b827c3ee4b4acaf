"""The loads of a run: how many users ask, at which rate they are answered, and for how long."""

from typing import Self

import msgspec

from bench.demand import Demand

PACE = 50.0
"""Questions per second at the beginning of a stage whose starts are spread."""

TURNS = "turns of one token"
FLAT_OUT = "flat out"


class Stage(msgspec.Struct, frozen=True):
    """A load: `users` users, each with the same demand, who ask `pace` per second."""

    name: str
    users: int
    demand: Demand
    pace: float
    deadline: float

    @classmethod
    def turns(cls, turns: int) -> Self:
        """Return answers of one token, well apart: what a turn costs by itself, on a server with little to do."""
        return cls(TURNS, turns, Demand(rate=0, tokens=1), 15.0, turns / 15 + 20)

    @classmethod
    def burst(cls, users: int, tokens: int) -> Self:
        """Return `users` answers of 50 tokens per second, all of which are asked for within one second."""
        return cls(
            f"{users} users in one second", users, Demand(rate=50, tokens=tokens), float(users), tokens / 50 + 40
        )

    @classmethod
    def spread(cls, users: int, seconds: float) -> Self:
        """Return `users` answers of 50 tokens per second, asked for one by one; all flow for at least `seconds`."""
        length = users / PACE + seconds
        return cls(f"{users} users, spread", users, Demand(rate=50, tokens=int(50 * length)), PACE, 3 * length + 10)

    @classmethod
    def flat_out(cls, tokens: int) -> Self:
        """Return eight answers, each as fast as its reader takes it."""
        return cls(FLAT_OUT, 8, Demand(rate=0, tokens=tokens), 1000.0, 45.0)


class Plan(msgspec.Struct, frozen=True):
    """A run: each stage `rounds` times, for each contender in turn, within about `seconds`."""

    rounds: int
    seconds: float
    stages: tuple[Stage, ...]
    once: tuple[Stage, ...]
    """Measured in the first round only."""
    idle_sockets: int

    @classmethod
    def whole(cls) -> Self:
        """Return the run whose figures count, in about seven minutes."""
        stages = (Stage.turns(75), Stage.burst(50, 200), Stage.burst(200, 200), Stage.flat_out(20_000))
        return cls(3, 420, stages, (Stage.spread(50, 4), Stage.spread(200, 5)), 500)

    @classmethod
    def quick(cls) -> Self:
        """Return a rough run, in about a minute and a half."""
        stages = (Stage.turns(40), Stage.burst(50, 100), Stage.burst(200, 100), Stage.flat_out(10_000))
        return cls(1, 100, stages, (), 300)


WARM_UP = Stage("warm-up", 1, Demand(rate=0, tokens=20), PACE, 30.0)
