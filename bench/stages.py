"""What is measured: how many users ask, how fast they are answered, how long."""

from typing import Self

import msgspec

from bench.demand import Demand

PACE = 50.0
"""Questions a second while a stage begins."""


class Stage(msgspec.Struct, frozen=True):
    """A load."""

    name: str
    users: int
    demand: Demand
    pace: float
    deadline: float

    @classmethod
    def paced(cls, users: int, seconds: float) -> Self:
        """`users` answers of 50 tokens a second, all of them flowing for at least `seconds`."""
        length = users / PACE + seconds
        return cls(f"{users} users", users, Demand(rate=50, tokens=int(50 * length)), PACE, 3 * length + 10)

    @classmethod
    def flat_out(cls, tokens: int) -> Self:
        """Eight answers as fast as they are taken."""
        return cls("flat out", 8, Demand(rate=0, tokens=tokens), 1000.0, 45.0)


class Plan(msgspec.Struct, frozen=True):
    """A whole run: `rounds` times each stage, for each contender in turn, within about `seconds`."""

    rounds: int
    seconds: float
    stages: tuple[Stage, ...]
    fallback: Stage
    """Taken as well where the heaviest paced stage leaves the relay no CPU."""
    idle_sockets: int

    @property
    def heaviest(self) -> Stage:
        """The stage with the most users."""
        return max(self.stages, key=lambda stage: stage.users)

    @classmethod
    def whole(cls) -> Self:
        """The run whose figures count: under four minutes."""
        stages = (Stage.paced(50, 4), Stage.paced(200, 5), Stage.flat_out(20_000))
        return cls(3, 240, stages, Stage.paced(100, 5), 500)

    @classmethod
    def quick(cls) -> Self:
        """A look, in under a minute."""
        stages = (Stage.paced(50, 2), Stage.paced(200, 3), Stage.flat_out(10_000))
        return cls(1, 60, stages, Stage.paced(100, 3), 300)


WARM_UP = Stage("warm-up", 1, Demand(rate=0, tokens=20), PACE, 30.0)
