"""The loads of a run: how many users ask, at which rate they are answered, and for how long."""

from typing import Self

import msgspec

from bench.demand import Demand

PACE = 50.0
"""Questions per second at the beginning of a stage."""


class Stage(msgspec.Struct, frozen=True):
    """A load: `users` users, each with the same demand."""

    name: str
    users: int
    demand: Demand
    pace: float
    deadline: float

    @classmethod
    def paced(cls, users: int, seconds: float) -> Self:
        """Return `users` answers of 50 tokens per second, which all flow for at least `seconds`."""
        length = users / PACE + seconds
        return cls(f"{users} users", users, Demand(rate=50, tokens=int(50 * length)), PACE, 3 * length + 10)

    @classmethod
    def flat_out(cls, tokens: int) -> Self:
        """Return eight answers, each as fast as its reader takes it."""
        return cls("flat out", 8, Demand(rate=0, tokens=tokens), 1000.0, 45.0)


class Plan(msgspec.Struct, frozen=True):
    """A run: each stage `rounds` times, for each contender in turn, within about `seconds`."""

    rounds: int
    seconds: float
    stages: tuple[Stage, ...]
    fallback: Stage
    """Measured too if the relay uses all of its CPU in the heaviest paced stage."""
    idle_sockets: int

    @property
    def heaviest(self) -> Stage:
        """The stage with the most users."""
        return max(self.stages, key=lambda stage: stage.users)

    @classmethod
    def whole(cls) -> Self:
        """Return the run whose figures count, in under four minutes."""
        stages = (Stage.paced(50, 4), Stage.paced(200, 5), Stage.flat_out(20_000))
        return cls(3, 240, stages, Stage.paced(100, 5), 500)

    @classmethod
    def quick(cls) -> Self:
        """Return a rough run, in under a minute."""
        stages = (Stage.paced(50, 2), Stage.paced(200, 3), Stage.flat_out(10_000))
        return cls(1, 60, stages, Stage.paced(100, 3), 300)


WARM_UP = Stage("warm-up", 1, Demand(rate=0, tokens=20), PACE, 30.0)
