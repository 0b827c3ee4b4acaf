"""The lines of the table: which figure each shows, how the product is compared to the relay, and the aims."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Literal

import msgspec

from bench.contenders import CONTENDERS, RELAY, SQLITE
from bench.measure import Measured, Memory
from bench.results import Results
from bench.stages import FLAT_OUT, TURNS
from bench.tally import Spread

type Comparison = Literal["ratio", "own"]


class Aim(msgspec.Struct, frozen=True):
    """A limit on the ratio to the relay, or on the product's own figure, for each kind of store."""

    sqlite: float
    postgres: float
    at_least: bool = False

    def limit(self, contender: str) -> float:
        """Return the limit for a contender."""
        return self.sqlite if contender == SQLITE else self.postgres

    def met(self, contender: str, value: float) -> bool:
        """Return whether the value keeps the limit."""
        limit = self.limit(contender)
        return value >= limit if self.at_least else value <= limit


class Line[Source](msgspec.Struct, frozen=True):
    """One line of the table."""

    label: str
    unit: str
    read: Callable[[Source], float | None]
    compare: Comparison = "own"
    aim: Aim | None = None


class Figure(msgspec.Struct, frozen=True):
    """The median of a contender's rounds; `compared` is the median of the ratios to the relay in each round."""

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


NO_FAULT = Aim(0, 0)
_FAULTS = Line[Measured]("tokens lost, repeated, not ended", "", lambda measured: measured.faults, aim=NO_FAULT)


def _first(percentile: str) -> Callable[[Measured], float | None]:
    return lambda measured: _of(measured.outcome.first_token, percentile)


def _delay(percentile: str) -> Callable[[Measured], float | None]:
    return lambda measured: _of(measured.outcome.delay_overall, percentile)


def _of(spread: Spread | None, percentile: str) -> float | None:
    return float(getattr(spread, percentile)) if spread else None


def _paced(
    first_token: Aim | None = None, delay: Aim | None = None, cpu: Aim | None = None
) -> tuple[Line[Measured], ...]:
    return (
        Line("first token, p50", "ms", _first("p50"), aim=first_token),
        Line("first token, p95", "ms", _first("p95")),
        Line("relay delay, p50", "ms", _delay("p50")),
        Line("relay delay, p95", "ms", _delay("p95"), aim=delay),
        Line("relay delay, p99", "ms", _delay("p99")),
        Line("CPU per 1,000 tokens", "ms", lambda measured: measured.cpu_ms_per_1000, "ratio", cpu),
        _FAULTS,
    )


_STAGES: dict[str, tuple[Line[Measured], ...]] = {
    TURNS: (
        Line("CPU of a turn", "ms", lambda measured: measured.cpu_ms_per_turn, aim=Aim(5, 8)),
        Line("first token, p50", "ms", _first("p50"), aim=Aim(5, 8)),
        Line("first token, p95", "ms", _first("p95")),
        _FAULTS,
    ),
    "50 users in one second": _paced(Aim(6, 10)),
    "200 users in one second": _paced(Aim(40, 100), Aim(5, 15), Aim(2, 2.5)),
    FLAT_OUT: (
        Line("tokens per second", "", lambda measured: measured.speed, "ratio", Aim(0.7, 0.5, at_least=True)),
        Line("tokens per frame", "", lambda measured: measured.outcome.tokens / max(measured.outcome.frames, 1)),
        Line("CPU per 1,000 tokens", "ms", lambda measured: measured.cpu_ms_per_1000, "ratio"),
        _FAULTS,
    ),
    "50 users, spread": _paced(),
    "200 users, spread": _paced(),
}
_MEMORY: tuple[Line[Memory], ...] = (
    Line("after start", "MB", lambda memory: memory.started / 1e6, aim=Aim(110, 110)),
    Line("after one turn", "MB", lambda memory: memory.warm / 1e6),
    Line("an idle socket", "KiB", lambda memory: memory.socket / 1024, aim=Aim(20, 20)),
)
_START = Line[float]("start to ready", "s", lambda seconds: seconds, aim=Aim(2.5, 3.5))


def figures(results: Results) -> dict[str, list[Figures]]:
    """Return the figures of all lines that were measured, by heading."""
    headings: dict[str, list[Figures]] = {}
    for stage, lines in _STAGES.items():
        if stage in results.stages:
            measured = {name: results.of(name, stage) for name in CONTENDERS}
            headings[stage] = [_figures(line, measured) for line in lines]
            if stage != TURNS:
                headings[stage].insert(-1, _tokens_alone(results, stage))
    weighed = {name: [memory] for name, memory in results.memory.items()}
    started = {name: [seconds] for name, seconds in results.started_in.items()}
    headings["start and memory"] = [_figures(_START, started), *(_figures(line, weighed) for line in _MEMORY)]
    return headings


def _tokens_alone(results: Results, stage: str) -> Figures:
    """Return the CPU of the tokens alone: without that of the turns, which the turns of one token show."""
    measured = {
        name: [_without_turns(results, name, of_round) for of_round in results.of(name, stage)] for name in CONTENDERS
    }
    return _figures(Line[float | None]("of these for the tokens alone", "ms", lambda value: value, "ratio"), measured)


def _without_turns(results: Results, contender: str, measured: Measured) -> float | None:
    of_a_turn = _median([turns.cpu_ms_per_turn for turns in results.of(contender, TURNS)])
    if of_a_turn is None:
        return None
    return max(measured.cpu_ms - measured.turns * of_a_turn, 0.0) / max(measured.outcome.tokens, 1) * 1000


def _figures[Source](line: Line[Source], measured: Mapping[str, Sequence[Source]]) -> Figures:
    relay = [line.read(source) for source in measured.get(RELAY, [])]
    of = {
        name: _figure(line, name, [line.read(source) for source in sources], relay)
        for name, sources in measured.items()
    }
    at_least = line.aim is not None and line.aim.at_least
    return Figures(label=line.label, unit=line.unit, compare=line.compare, at_least=at_least, of=of)


def _figure[Source](
    line: Line[Source], contender: str, values: Sequence[float | None], relay: Sequence[float | None]
) -> Figure:
    """Compare within each round, when all contenders had the same conditions; then take the median."""
    own = [value for value in values if value is not None]
    if contender == RELAY:
        return Figure(_median(own))
    ratios = [value / theirs for value, theirs in zip(values, relay, strict=False) if value is not None and theirs]
    compared = _median(ratios) if line.compare == "ratio" else None
    judged = compared if line.compare == "ratio" else max(own, default=None) if line.aim == NO_FAULT else _median(own)
    if line.aim is None or judged is None:
        return Figure(_median(own), compared)
    return Figure(_median(own), compared, line.aim.limit(contender), line.aim.met(contender, judged))


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
