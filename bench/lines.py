"""The lines of the table: which figure each shows, how the product is compared to the relay, and the aims."""

from collections.abc import Callable, Sequence
from statistics import median
from typing import Literal

import msgspec

from bench.measure import Measured, Memory
from bench.results import OURS, RELAY, Results
from bench.tally import Spread

type Comparison = Literal["ratio", "added", "own"]


class Aim(msgspec.Struct, frozen=True):
    """A limit on the ratio to the relay, on the difference from it, or on the product's own figure."""

    limit: float
    at_least: bool = False

    def met(self, value: float) -> bool:
        """Return whether the value keeps the limit."""
        return value >= self.limit if self.at_least else value <= self.limit


class Line[Source](msgspec.Struct, frozen=True):
    """One line of the table."""

    label: str
    unit: str
    read: Callable[[Source], float | None]
    compare: Comparison = "ratio"
    aim: Aim | None = None


class Figures(msgspec.Struct, frozen=True):
    """The figures of a line: medians over the rounds; `compared` is the median of the comparisons of each round."""

    label: str
    unit: str
    relay: float | None
    ours: float | None
    compare: Comparison
    compared: float | None
    aim: Aim | None
    met: bool | None


def _p95(spread: Spread | None) -> float | None:
    return spread.p95 if spread else None


def _p50(spread: Spread | None) -> float | None:
    return spread.p50 if spread else None


def _p99(spread: Spread | None) -> float | None:
    return spread.p99 if spread else None


_CPU: tuple[Line[Measured], ...] = (
    Line("server CPU per 1,000 tokens", "ms", lambda measured: measured.cpu_ms_per_1000),
    Line("server CPU while all flow", "cores", lambda measured: measured.shares.server),
    Line("tokens lost, repeated, not ended", "", lambda measured: measured.faults, "own", Aim(0)),
)


def _paced(first_token: Aim | None = None, delay_p95: Aim | None = None) -> tuple[Line[Measured], ...]:
    return (
        Line("first token, median", "ms", lambda measured: _p50(measured.outcome.first_token), "added", first_token),
        Line("first token, p95", "ms", lambda measured: _p95(measured.outcome.first_token), "added"),
        Line("relay delay, p50", "ms", lambda measured: _p50(measured.outcome.delay)),
        Line("relay delay, p95", "ms", lambda measured: _p95(measured.outcome.delay), "ratio", delay_p95),
        Line("relay delay, p99", "ms", lambda measured: _p99(measured.outcome.delay)),
        *_CPU,
    )


_STAGES: dict[str, tuple[Line[Measured], ...]] = {
    "50 users": _paced(first_token=Aim(10)),
    "100 users": _paced(),
    "200 users": _paced(delay_p95=Aim(2)),
    "flat out": (
        Line("tokens per second", "", lambda measured: measured.speed, "ratio", Aim(0.6, at_least=True)),
        Line("tokens per frame", "", lambda measured: measured.outcome.tokens / max(measured.outcome.frames, 1)),
        *_CPU,
    ),
}
_MEMORY: tuple[Line[Memory], ...] = (
    Line("after start", "MB", lambda memory: memory.started / 1e6, "own", Aim(120)),
    Line("after one turn", "MB", lambda memory: memory.warm / 1e6, "own", Aim(120)),
    Line("an idle socket", "KiB", lambda memory: memory.socket / 1024, "own", Aim(40)),
)


def figures(results: Results) -> dict[str, list[Figures]]:
    """Return the figures of all lines that were measured, by heading."""
    headings = {
        stage: [_figures(line, results.of(RELAY, stage), results.of(OURS, stage)) for line in lines]
        for stage, lines in _STAGES.items()
        if stage in results.stages
    }
    weighed = {name: [memory] for name, memory in results.memory.items()}
    headings["memory"] = [_figures(line, weighed.get(RELAY, []), weighed.get(OURS, [])) for line in _MEMORY]
    return headings


def _figures[Source](line: Line[Source], relay: Sequence[Source], ours: Sequence[Source]) -> Figures:
    """Compare within each round, when both contenders had the same conditions; then take the median."""
    theirs = [value for value in map(line.read, relay) if value is not None]
    own = [value for value in map(line.read, ours) if value is not None]
    rounds = zip(theirs, own, strict=False)
    if line.compare == "own":
        compared = own
    elif line.compare == "added":
        compared = [b - a for a, b in rounds]
    else:
        compared = [b / a for a, b in rounds if a]
    value = max(compared) if line.aim == Aim(0) and compared else _median(compared)
    return Figures(
        label=line.label,
        unit=line.unit,
        relay=_median(theirs),
        ours=_median(own),
        compare=line.compare,
        compared=value,
        aim=line.aim,
        met=line.aim.met(value) if line.aim and value is not None else None,
    )


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
