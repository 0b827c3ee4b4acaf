"""Figures of a table: one column per contender, compared with the relay and checked against the line's target."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Literal

import msgspec

from bench.contenders import RELAY, SQLITE

type Comparison = Literal["ratio", "own", "beside"]
"""How a line is compared with the relay.

- `ratio`: the target limits the ratio to the relay.
- `own`: the target limits the product's own figure; no ratio is shown.
- `beside`: the target limits the product's own figure; the ratio is shown too.
"""


class TargetValue(msgspec.Struct, frozen=True):
    """A limit on the ratio to the relay, or on the product's own figure, for each kind of store."""

    sqlite: float
    postgres: float
    at_least: bool = False
    judges_worst_round: bool = False
    """Whether the largest figure of all rounds counts, instead of their median."""

    def limit(self, contender: str) -> float:
        return self.sqlite if contender == SQLITE else self.postgres

    def met(self, contender: str, value: float) -> bool:
        limit = self.limit(contender)
        return value >= limit if self.at_least else value <= limit


NO_ERRORS = TargetValue(0, 0, judges_worst_round=True)


class Line[Source](msgspec.Struct, frozen=True):
    label: str
    unit: str
    read: Callable[[Source], float | None]
    compare: Comparison = "own"
    target: TargetValue | None = None


class Figure(msgspec.Struct, frozen=True):
    """The median of a contender's rounds, or the worst of them if the target judges that.

    `compared` is the median of the ratios to the relay in each round.
    """

    value: float | None
    compared: float | None = None
    limit: float | None = None
    met: bool | None = None


class Figures(msgspec.Struct, frozen=True):
    """The figures of a line, by contender."""

    label: str
    unit: str
    compare: Comparison
    at_least: bool
    of: dict[str, Figure]


def read_figures[Source](line: Line[Source], measured: Mapping[str, Sequence[Source]]) -> Figures:
    """Return the figures of a line from what was measured: the sources of each contender, one per round."""
    relay = [line.read(source) for source in measured.get(RELAY, [])]
    by_contender = {
        name: _figure(line, name, [line.read(source) for source in sources], relay)
        for name, sources in measured.items()
    }
    at_least = line.target is not None and line.target.at_least
    return Figures(label=line.label, unit=line.unit, compare=line.compare, at_least=at_least, of=by_contender)


def _figure[Source](
    line: Line[Source], contender: str, values: Sequence[float | None], relay: Sequence[float | None]
) -> Figure:
    """Compare within each round, when all contenders had the same conditions; then take the median."""
    value = _summarize(line, [value for value in values if value is not None])
    if contender == RELAY:
        return Figure(value)
    ratios = [ours / theirs for ours, theirs in zip(values, relay, strict=False) if ours is not None and theirs]
    compared = median_of(ratios) if line.compare != "own" else None
    judged = compared if line.compare == "ratio" else value
    if line.target is None or judged is None:
        return Figure(value, compared)
    return Figure(value, compared, line.target.limit(contender), line.target.met(contender, judged))


def _summarize[Source](line: Line[Source], values: Sequence[float]) -> float | None:
    if line.target is not None and line.target.judges_worst_round:
        return max(values, default=None)
    return median_of(values)


def median_of(values: Sequence[float]) -> float | None:
    """Return the median; None if there are no values."""
    return median(values) if values else None
