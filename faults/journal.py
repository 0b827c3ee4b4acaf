"""The journal of faults: what was broken when, and which fault explains a reset."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

SETTLING_SECONDS = 3.0
"""How long after its end a fault may have effects: the log is written again, clients reconnect."""

IN_FLIGHT = 10
"""A fault counts if it hits at least this many answers."""


class Kind(StrEnum):
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


WORKER_FAULTS = (Kind.KILL, Kind.TERM, Kind.ROLL)
REDIS_FAULTS = (Kind.REDIS_RESTART, Kind.REDIS_FLUSH)
STORE_FAULTS = (*REDIS_FAULTS, Kind.POSTGRES_RESTART)
SOCKET_FAULTS = (Kind.CUT, Kind.RESET, Kind.HANG, Kind.SLOW)


@dataclass
class Fault:
    """A fault; `ended` is the time when everything was up again, None until then."""

    kind: Kind
    began: float
    in_flight: int
    ended: float | None = None

    def felt_between(self, since: float, until: float) -> bool:
        """Return whether it can have effects between two moments."""
        return self.began <= until and (self.ended is None or since <= self.ended + SETTLING_SECONDS)


@dataclass
class Journal:
    """All faults of a run, in the order in which they began.

    `excusing`: the kinds that may cause a reset.
    """

    excusing: tuple[Kind, ...]
    faults: list[Fault] = field(default_factory=list)

    def begin(self, kind: Kind, now: float, in_flight: int) -> Fault:
        fault = Fault(kind, now, in_flight)
        self.faults.append(fault)
        return fault

    def blame(self, since: float, until: float) -> Kind | None:
        """Return the fault that explains a reset at `until` of a client that was up to date at `since`, or None.

        A fault that excuses resets comes first; else the latest one is blamed.
        """
        felt = [fault.kind for fault in self.faults if fault.felt_between(since, until)]
        excuses = [kind for kind in felt if kind in self.excusing]
        return next(reversed(excuses or felt), None)

    def counted(self) -> Counter[Kind]:
        """Return how many faults of each kind hit enough answers."""
        return Counter(fault.kind for fault in self.faults if fault.in_flight >= IN_FLIGHT)

    def missing(self, kinds: Iterable[Kind], each: int) -> list[str]:
        """Return a text for each kind with fewer faults than `each`."""
        counted = self.counted()
        return [f"{kind}: {counted[kind]} of {each}" for kind in kinds if counted[kind] < each]
