"""What was broken when, and which fault a reset is put down to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

SETTLING_S = 3.0
"""How long after its end a fault may still be felt: the log is written anew, readers come back."""

IN_FLIGHT = 10
"""A fault counts when it hits at least so many answers."""


class Kind(StrEnum):
    """What the driver breaks."""

    KILL = "kill -9 a worker"
    TERM = "TERM a worker"
    ROLL = "roll all workers"
    REDIS_RESTART = "restart Redis"
    REDIS_FLUSH = "flush Redis"
    POSTGRES_RESTART = "restart PostgreSQL"
    CUT = "cut sockets"
    RESET = "reset sockets"
    HANG = "hang sockets"
    SLOW = "slow sockets"


OF_WORKERS = (Kind.KILL, Kind.TERM, Kind.ROLL)
OF_REDIS = (Kind.REDIS_RESTART, Kind.REDIS_FLUSH)
OF_STORES = (*OF_REDIS, Kind.POSTGRES_RESTART)
OF_SOCKETS = (Kind.CUT, Kind.RESET, Kind.HANG, Kind.SLOW)


@dataclass
class Fault:
    """One thing broken; `ended` when all was up again, None until then."""

    kind: Kind
    began: float
    in_flight: int
    ended: float | None = None

    def felt_between(self, since: float, until: float) -> bool:
        """Say whether anything of it can be felt between two moments."""
        return self.began <= until and (self.ended is None or since <= self.ended + SETTLING_S)


@dataclass
class Journal:
    """All faults of a run in the order of their beginning.

    `excusing`: the kinds after which a reader may have to begin anew.
    """

    excusing: tuple[Kind, ...]
    faults: list[Fault] = field(default_factory=list)

    def begin(self, kind: Kind, now: float, in_flight: int) -> Fault:
        """Note that something breaks."""
        fault = Fault(kind, now, in_flight)
        self.faults.append(fault)
        return fault

    def blame(self, since: float, until: float) -> Kind | None:
        """Return what made a reader who was up to date at `since` begin anew at `until`, None if nothing was broken.

        Where something that excuses it was among it, that is why; else the latest.
        """
        felt = [fault.kind for fault in self.faults if fault.felt_between(since, until)]
        excuses = [kind for kind in felt if kind in self.excusing]
        return next(reversed(excuses or felt), None)

    def counted(self) -> Counter[Kind]:
        """How many faults of each kind hit enough answers."""
        return Counter(fault.kind for fault in self.faults if fault.in_flight >= IN_FLIGHT)

    def missing(self, kinds: Iterable[Kind], each: int) -> list[str]:
        """Say of which kinds there were fewer than `each`."""
        counted = self.counted()
        return [f"{kind}: {counted[kind]} of {each}" for kind in kinds if counted[kind] < each]
